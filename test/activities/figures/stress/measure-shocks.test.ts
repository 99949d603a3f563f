import { expect } from 'chai';

import { computeFigures } from '../../../../activities/figures/figures.js';
import { measureShocks } from '../../../../activities/figures/stress/measure-shocks.js';
import { planShocks } from '../../../../activities/market/shocks/shock-plan.js';
import { stressedRows } from '../../../../activities/market/shocks/stressed-rows.js';
import { takeRows } from '../../../../data/predictions/parquet.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import type { StressRows } from '../../../../data/predictions/stress-rows.js';
import { emptyStressRows } from '../../../../data/predictions/stress-rows.js';
import { SHOCK_IDS } from '../../../../data/schemas/shock-ids.js';
import type { BarShock } from '../../../../data/schemas/shock-ids.js';
import type { StressShock } from '../../../../data/schemas/stress.js';
import { stressTestsSchema } from '../../../../data/schemas/stress.js';
import { fixtureMarket } from '../market-fixture.js';
import { fixturePredictions } from '../predictions-fixture.js';

const OPTIONS = { seed: 7 };
const FIGURES = {
  ...{ seed: 7, horizon: 5, trials: 1 },
  ...({ entry: 'next-open', market: 'synthetic' } as const),
};

const made = fixturePredictions({ seed: 3, symbols: 30, dates: 60, signal: 0.3 });
const student: Predictions = { ...made, model: made.model.map(() => 'student') };

/** The same rows as those of one 5-minute bar a day. */
function onceADay(rows: Predictions): Predictions {
  return { ...rows, date: rows.date.map((date) => `${date}T09:15`) };
}

function sessionsOf({ date }: Predictions): string[] {
  return [...new Set(date.map((time) => time.slice(0, 10)))].sort();
}

/** Rows of one shock, all predicted as without it. */
function shocked(
  id: BarShock,
  change: (row: number) => Partial<Record<'probability' | 'label', number>> | null,
): StressRows {
  const rows = emptyStressRows();
  for (const row of stressedRows(student)?.rows ?? []) {
    const changed = change(row);
    if (changed === null) continue;
    const label = changed.label ?? student.label[row] ?? NaN;
    rows.shock.push(id);
    rows.symbol.push(student.symbol[row] ?? '');
    rows.date.push(student.date[row] ?? '');
    rows.probability.push(changed.probability ?? student.probability[row] ?? NaN);
    rows.score.push(student.score[row] ?? NaN);
    rows.label.push(label);
    rows.forwardReturn.push(label === -1 ? NaN : (student.forwardReturn[row] ?? NaN));
    rows.baseRate.push(student.baseRate[row] ?? NaN);
    rows.entryDate.push(student.date[row] ?? '');
    rows.entryPrice.push(NaN);
    for (const column of rows.returns) column.push(NaN);
  }
  return rows;
}

function shockOf(id: StressShock['id'], stress?: StressRows): StressShock {
  const found = measureShocks(
    { student, ...(stress === undefined ? {} : { stress }) },
    OPTIONS,
    [],
  ).shocks.find((shock) => shock.id === id);
  if (found === undefined) throw new Error(`no shock ${id}`);
  return found;
}

describe('the figures of shocks', () => {
  it('are those without a shock where nothing changes', () => {
    const stress = shocked('gap', () => ({}));
    const measured = measureShocks({ student, stress }, OPTIONS, []);
    const [gap] = measured.shocks;
    expect(gap).to.deep.include({ id: 'gap', rows: 1800, missing: 0, unlabelled: 0, verdict: 'pass' });
    expect(gap?.figures).to.deep.equal(measured.unshocked);
    expect(measured.unshocked?.rankIc).to.be.greaterThan(0.1);
    expect(measured.unshocked?.worstDay).to.be.lessThan(0);
    expect(stressTestsSchema.parse({ events: [], ...measured })).to.deep.equal({ events: [], ...measured });
    expect(measured.shocks.map(({ id }) => id)).to.deep.equal([...SHOCK_IDS]);
  });

  it('fail a limit of the calibration, and judge no handful of rows', () => {
    const wrong = shocked('gap', () => ({ probability: 0.95 }));
    expect(shockOf('gap', wrong)).to.include({ verdict: 'fail' });
    expect(shockOf('gap', wrong).because).to.match(/calibration error 0\.\d{4}, 0\.\d{4} without/);
    const few = shocked('gap', (row) => (row % 10 === 0 ? {} : null));
    expect(shockOf('gap', few)).to.include({ verdict: 'not enough data', rows: 180, missing: 1620 });
    const unknown = shockOf(
      'volatility2',
      shocked('volatility2', (row) => (row % 10 === 0 ? {} : { label: -1 })),
    );
    expect(unknown).to.include({ verdict: 'not enough data', rows: 1800, unlabelled: 1620 });
  });

  it('fail where a row without bars is predicted', () => {
    const { sessions = [] } = stressedRows(student) ?? {};
    const gone = new Set(sessions.slice(30, 35));
    const silent = shocked('missing_feed', (row) => (gone.has(student.date[row] ?? '') ? null : {}));
    expect(shockOf('missing_feed', silent)).to.include({ verdict: 'pass', withoutFeed: 150, missing: 150 });
    const first = [...student.date.keys()].find((row) => gone.has(student.date[row] ?? ''));
    const loud = shocked('missing_feed', (row) =>
      gone.has(student.date[row] ?? '') && row !== first ? null : {},
    );
    expect(shockOf('missing_feed', loud)).to.include({ verdict: 'fail', predictedWithoutFeed: 1 });
  });

  it('fail where symbols that stand still move the others', () => {
    const { sessions = [], symbols = [] } = stressedRows(student) ?? {};
    const of = planShocks({
      interval: '1day',
      sessions,
      symbols,
      sectorOf: () => null,
      seed: OPTIONS.seed,
    }).get('stale_prices')?.of;
    if (of === undefined || of === 'all' || 'sector' in of) throw new Error('no symbols');
    expect(of.symbols.size).to.equal(3);
    const moved = (by: number): StressRows =>
      shocked('stale_prices', (row) => {
        const hit = of.symbols.has(student.symbol[row] ?? '');
        const probability = student.probability[row] ?? NaN;
        return { probability: hit ? 0 : probability + (probability > 0.5 ? -by : by) };
      });
    expect(shockOf('stale_prices', moved(0.01))).to.include({ verdict: 'pass' });
    expect(shockOf('stale_prices', moved(0.01)).changeOfOthers).to.be.closeTo(0.01, 1e-12);
    expect(shockOf('stale_prices', moved(0.03))).to.include({ verdict: 'fail' });
  });

  it('report threefold costs, which change nothing but costs', () => {
    const costs = shockOf('costs3');
    const { unshocked } = measureShocks({ student }, OPTIONS, []);
    expect(costs).to.include({ verdict: 'reported', limit: null });
    const { activePerYear, worstDrawdown, worstDay, ...same } = costs.figures;
    expect(unshocked).to.deep.include(same);
    expect(activePerYear).to.be.lessThan(unshocked?.activePerYear ?? NaN);
    expect(worstDay).to.be.lessThan(unshocked?.worstDay ?? NaN);
    expect(worstDrawdown).to.be.at.least(unshocked?.worstDrawdown ?? NaN);
  });

  it('are not known without rows, without sectors, or of few sessions', () => {
    for (const id of SHOCK_IDS)
      if (id !== 'costs3')
        expect(shockOf(id)).to.deep.include({ verdict: 'not enough data', rows: 0, changeOfOthers: null });
    expect(shockOf('sector_out').because).to.contain('sector');
    const short = takeRows(
      student,
      [...student.date.keys()].filter(
        (row) => (student.date[row] ?? '') < (stressedRows(student)?.sessions[39] ?? ''),
      ),
    );
    const minutes = onceADay(student);
    const three = takeRows(
      minutes,
      [...minutes.date.keys()].filter((row) => (minutes.date[row] ?? '') < (sessionsOf(minutes)[3] ?? '')),
    );
    for (const few of [short, three]) {
      const measured = measureShocks({ student: few }, OPTIONS, []);
      expect(measured).to.deep.include({ cohort: null, unshocked: null });
      for (const { verdict } of measured.shocks) expect(verdict).to.equal('not enough data');
    }
  });

  it('take out the exposures of the market where they are known', () => {
    const sets = fixtureMarket({ seed: 3, symbols: 27, dates: 60, cohorts: 2, signal: 0.3 });
    const measured = measureShocks(sets, OPTIONS, []);
    expect(measured.unshocked?.neutralRankIc).to.be.a('number');
    expect(measured.unshocked?.neutralRankIc).to.not.equal(measured.unshocked?.rankIc);
    expect(measureShocks({ student }, OPTIONS, []).unshocked?.neutralRankIc).to.equal(null);
    // The newest of the cohorts.
    expect(measured.cohort).to.equal(
      [...new Set(sets.student.window.map((name) => name.slice(name.indexOf('_') + 1)))].sort().at(-1),
    );
  });

  it('are of the last ten sessions of 5-minute bars, on which a feed is gone for one', () => {
    const minutes = onceADay(student);
    const measured = measureShocks({ student: minutes }, OPTIONS, []);
    expect(measured).to.deep.include({
      cohort: stressedRows(student)?.cohort,
      interval: '5minute',
      sessions: 10,
    });
    const texts = measured.shocks.map(({ what }) => what);
    expect(texts).to.include('no symbol has bars in one session in the middle');
    expect(texts.join()).to.contain('zero volume for one session');
    expect(measured.shocks.find(({ id }) => id === 'costs3')?.rows).to.equal(300);
    const daily = measureShocks({ student }, OPTIONS, []);
    expect(daily).to.deep.include({ interval: '1day', sessions: 60 });
    expect(daily.shocks.map(({ what }) => what)).to.include(
      'no symbol has bars in five sessions in the middle',
    );
  });

  it('value trades over the chosen holding period, with and without a shock', () => {
    const sets = fixtureMarket({ seed: 3, symbols: 27, dates: 60, cohorts: 2, signal: 0.3 });
    const { outcomes } = sets.market;
    const found = stressedRows(sets.student);
    if (found === undefined) throw new Error('no rows');
    const at = new Map(outcomes.symbol.map((symbol, row) => [`${symbol} ${outcomes.date[row] ?? ''}`, row]));
    const stress = emptyStressRows();
    for (const row of found.rows) {
      const [symbol, date] = [sets.student.symbol[row] ?? '', sets.student.date[row] ?? ''];
      const place = at.get(`${symbol} ${date}`) ?? -1;
      stress.shock.push('gap');
      stress.symbol.push(symbol);
      stress.date.push(date);
      stress.probability.push(sets.student.probability[row] ?? NaN);
      stress.score.push(sets.student.score[row] ?? NaN);
      stress.label.push(sets.student.label[row] ?? NaN);
      stress.forwardReturn.push(sets.student.forwardReturn[row] ?? NaN);
      stress.baseRate.push(sets.student.baseRate[row] ?? NaN);
      stress.entryDate.push(outcomes.entryDate[place] ?? '');
      stress.entryPrice.push(outcomes.entryPrice[place] ?? NaN);
      for (const [horizon, column] of stress.returns.entries())
        column.push(outcomes.returns[horizon]?.[place] ?? NaN);
    }
    const { cohort } = found;
    const heldFor = (bars: number) =>
      measureShocks({ ...sets, stress }, OPTIONS, [
        { cohort, bars, chosen: 'past', reason: '', dates: 200, candidates: [] },
      ]);
    for (const bars of [5, 20]) {
      const measured = heldFor(bars);
      expect(measured.holdingBars).to.equal(bars);
      // The same bars, the same trades.
      expect(measured.shocks[0]?.figures).to.deep.equal(measured.unshocked);
    }
    expect(heldFor(5).unshocked?.activePerYear).to.not.equal(heldFor(20).unshocked?.activePerYear);
    const { metrics, stressTests } = computeFigures({ ...sets, stress }, FIGURES);
    expect(stressTests.holdingBars).to.equal(
      metrics.forward.student.strategy.holding.find((choice) => choice.cohort === cohort)?.bars,
    );
  });
});
