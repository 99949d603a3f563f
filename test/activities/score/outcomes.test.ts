import { expect } from 'chai';

import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { inputReference } from '../../../activities/score/input-reference.js';
import { modelOutcomes, scoreOutcomes } from '../../../activities/score/model-outcomes.js';
import { joinOutcomes } from '../../../activities/score/outcome-day.js';
import { driftBetween } from '../../../activities/figures/drift.js';
import { correlation, meanRanks } from '../../../activities/stats/correlation.js';
import { sliceBars } from '../../../data/bars/series.js';
import { randomStream } from '../../../data/random.js';
import type { ScoreLog } from '../../../data/schemas/score-log.js';
import { isoDate, dayNumber } from '../../../data/time/dates.js';
import { madeRow, madeScores } from '../../data/scores/made-scores.js';
import { syntheticSeries } from '../market/synthetic-market.js';

const DAYS = 260;
const FIRST = dayNumber('2021-01-04');
const SYMBOLS = Array.from({ length: 30 }, (_, at) => `M${String(at).padStart(2, '0')}`);
const RULE = { label: 'horizon', horizon: 5, threshold: 0.02, entry: 'next-open' } as const;
const SERIES = SYMBOLS.map((symbol) => syntheticSeries(symbol, DAYS));
const TABLE = buildFeatureTable(SERIES, RULE);
const OWNER = { role: 'champion', run: 'run_a', bundleDigest: 'a'.repeat(64), decision: 3 } as const;
const NAMES = ['features/a', 'features/market_b'];
const REFERENCE = inputReference(NAMES, [
  {
    symbol: Array.from({ length: 200 }, () => 'X'),
    date: [],
    split: [],
    features: NAMES,
    values: Float32Array.from({ length: 400 }, (_, cell) => Math.floor(cell / 2)),
  },
]);

/** What was said on a bar. @param score By symbol and its 5-bar return from entry. */
function logOf(
  bar: number,
  score: (index: number, back: number) => number,
  change: Partial<ScoreLog> = {},
): ScoreLog {
  const date = isoDate(FIRST + bar);
  const rows = SYMBOLS.map((symbol, index) =>
    madeRow(symbol, score(index, TABLE.symbols[index]?.outcomes.returns[1]?.[bar] ?? NaN), date),
  );
  return {
    ...madeScores({ date, rows, rule: RULE, inputs: { names: NAMES, tenths: [[], []] } }),
    number: 1,
    replaces: null,
    ...change,
  };
}

describe('what came of scores', () => {
  it('is what the bars after them say', () => {
    const random = randomStream(['scores']);
    const log = logOf(200, () => random.normal());
    const joined = joinOutcomes(log, TABLE);
    const rows = log.rows.map((row, index) => ({ row, own: TABLE.symbols[index] }));
    const losses = rows.map(({ row, own }) => {
      const series = SERIES.find(({ symbol }) => symbol === row.symbol);
      // Bought at the next open, sold at the close of the fifth bar held.
      const change = (series?.close[205] ?? NaN) / (series?.open[201] ?? NaN) - 1;
      expect(own?.outcomes.returns[1]?.[200]).to.be.closeTo(change, 1e-12);
      return -Math.log(change > 0.02 ? (row.probability ?? NaN) : 1 - (row.probability ?? NaN));
    });
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, one) => sum + one, 0) / values.length;
    const score = Float64Array.from(rows, ({ row }) => row.score ?? NaN);
    const back = Float64Array.from(rows, ({ own }) => own?.outcomes.returns[1]?.[200] ?? NaN);
    expect(joined?.day).to.deep.include({ date: log.date, number: 1, rows: 30, known: 30 });
    expect(joined?.day.logLoss).to.be.closeTo(mean(losses), 1e-12);
    expect(joined?.day.rankIc).to.be.closeTo(correlation(meanRanks(score), meanRanks(back)) ?? NaN, 1e-12);
    expect(joined?.day.neutralIc).to.be.a('number');
    expect(joined?.day.marketReturn).to.be.closeTo(mean([...back]), 1e-12);
    const top = [...score.keys()].sort((a, b) => (score[b] ?? 0) - (score[a] ?? 0)).slice(0, 3);
    expect(joined?.day.topReturn).to.be.closeTo(mean(top.map((place) => back[place] ?? NaN)), 1e-12);
    expect(joined?.day.covered).to.equal(
      mean(rows.map(({ own }) => (Math.abs(own?.forwardReturn[200] ?? NaN) <= 0.05 ? 1 : 0))),
    );
  });

  it('is a rank IC of 1 for scores that are the returns', () => {
    expect(
      joinOutcomes(
        logOf(200, (_, back) => back),
        TABLE,
      )?.day.rankIc,
    ).to.be.closeTo(1, 1e-12);
    expect(
      joinOutcomes(
        logOf(200, (_, back) => -back),
        TABLE,
      )?.day.rankIc,
    ).to.be.closeTo(-1, 1e-12);
  });

  it('waits until the horizon has passed', () => {
    const log = logOf(200, (index) => index);
    const until = (bars: number) =>
      joinOutcomes(
        log,
        buildFeatureTable(
          SERIES.map((series) => sliceBars(series, 0, bars)),
          RULE,
        ),
      );
    expect(until(205)).to.equal(undefined);
    expect(until(206)?.day.known).to.equal(30);
  });

  it('does not wait for symbols that are not traded any more', () => {
    const series = SERIES.map((own, at) => (at < 5 ? sliceBars(own, 0, 203) : own));
    expect(
      joinOutcomes(
        logOf(200, (index) => index),
        buildFeatureTable(series, RULE),
      )?.day.known,
    ).to.equal(25);
  });

  it('knows rows without a score, or of another date, of no use', () => {
    const log = logOf(200, (index) => index);
    const rows = log.rows.map((row, at) =>
      at === 0 ? { ...row, score: null, probability: null } : at === 1 ? { ...row, date: '2021-01-05' } : row,
    );
    expect(joinOutcomes({ ...log, rows }, TABLE)?.day).to.include({ rows: 28, known: 28 });
  });

  describe('of a model', () => {
    const logs = Array.from({ length: 80 }, (_, at) => logOf(150 + at, (_index, back) => back));
    const context = { table: TABLE, reference: REFERENCE, seed: 7 };

    it('are means over the dates with an interval by blocks of them', () => {
      const outcomes = modelOutcomes(OWNER, logs, context);
      expect(outcomes).to.include({ sessions: 80, waiting: 0, rows: 2400 });
      expect(outcomes.rankIc.mean).to.be.closeTo(1, 1e-12);
      expect(outcomes.topReturn.low ?? NaN).to.be.at.most(outcomes.topReturn.mean ?? NaN);
      expect(outcomes.topReturn.high ?? NaN).to.be.at.least(outcomes.topReturn.mean ?? NaN);
      expect(outcomes.ece).to.be.within(0, 1);
      expect(outcomes.days).to.have.length(80);
    });

    it('have no interval over few dates', () => {
      const outcomes = modelOutcomes(OWNER, logs.slice(0, 20), context);
      expect(outcomes.neutralIc.mean).to.be.a('number');
      expect(outcomes.neutralIc).to.include({ low: null, high: null });
    });

    it('count dates that wait, and none that the run itself had', () => {
      const last = logOf(DAYS - 2, (index) => index);
      const own = logOf(100, (index) => index, { inRun: true });
      const outcomes = modelOutcomes(OWNER, [own, ...logs, last], context);
      expect(outcomes).to.include({ sessions: 80, waiting: 1, rows: 2400 });
      expect(outcomes.days.map(({ inRun }) => inRun).filter(Boolean)).to.have.length(1);
      expect(outcomes.rankIc).to.deep.equal(modelOutcomes(OWNER, logs, context).rankIc);
    });

    it('are empty without logs', () => {
      const table = buildFeatureTable([], RULE);
      const outcomes = modelOutcomes(OWNER, [], { ...context, table });
      expect(outcomes).to.include({ sessions: 0, waiting: 0, rows: 0, ece: null, psi: null, logLoss: null });
    });

    it('put the champion at the top of the file', () => {
      const champion = modelOutcomes(OWNER, logs, context);
      const shadow = modelOutcomes({ ...OWNER, role: 'shadow', decision: 4 }, logs.slice(0, 9), context);
      const file = scoreOutcomes([shadow, champion]);
      expect(file).to.deep.include({
        champion: 3,
        sessions: 80,
        psi: champion.psi,
        ece: champion.ece,
        neutralIc: champion.neutralIc,
      });
      expect(file.models).to.have.length(2);
      expect(file.shadow).to.deep.equal({
        decision: 4,
        sessions: 9,
        psi: shadow.psi,
        ece: shadow.ece,
        neutralIc: shadow.neutralIc,
      });
      expect(scoreOutcomes([shadow])).to.deep.include({ champion: null, sessions: 0, psi: null, ece: null });
    });
  });

  describe('of the inputs', () => {
    const withInputs = (values: readonly number[]): ScoreLog[] => {
      const rows = values.map((value) => Float32Array.of(value, 1e6));
      return Array.from({ length: 20 }, (_, at) =>
        logOf(150 + at, (index) => index, { inputs: { names: NAMES, tenths: REFERENCE.countsOf(rows) } }),
      );
    };
    const psi = (logs: readonly ScoreLog[]) =>
      modelOutcomes(OWNER, logs, { table: TABLE, reference: REFERENCE, seed: 7 }).psi;
    const uniform = Array.from({ length: 40 }, (_, at) => 5 * at + 2);

    it('are about the same where nothing drifted, whatever the market as a whole does', () => {
      const found = psi(withInputs(uniform));
      expect(found).to.include({ feature: 'features/a', sessions: 20 });
      expect(found?.max).to.be.below(0.01);
    });

    it('have the stability index of the rows themselves', () => {
      const shifted = uniform.map((value) => value + 90);
      const rows = Array.from({ length: 20 }, () => shifted).flat();
      const { psi: expected } = driftBetween(
        Float32Array.from({ length: 200 }, (_, at) => at),
        Float32Array.from(rows),
      );
      expect(psi(withInputs(shifted))?.max).to.be.closeTo(expected, 1e-12);
      expect(expected).to.be.above(1);
    });

    it('are not compared over few sessions, or with other inputs', () => {
      expect(psi(withInputs(uniform).slice(0, 19))).to.equal(null);
      expect(
        psi(withInputs(uniform).map((log) => ({ ...log, inputs: { names: ['x'], tenths: [[1]] } }))),
      ).to.equal(null);
    });
  });
});
