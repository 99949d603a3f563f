import { expect } from 'chai';
import fc from 'fast-check';

import { inputReference } from '../../../activities/score/input-reference.js';
import type { NewestBar, RowRules } from '../../../activities/score/score-rows.js';
import { scoreRows } from '../../../activities/score/score-rows.js';
import type { ScoreRow } from '../../../data/schemas/score-log.js';

const SAMPLE = {
  symbol: Array.from({ length: 100 }, () => 'X'),
  date: [],
  split: [],
  features: ['features/a'],
  values: Float32Array.from({ length: 100 }, (_, row) => row),
};
const RULES: RowRules = {
  date: '2024-05-03',
  newestSession: '2024-05-03',
  oldFrom: '2024-07-01',
  reference: inputReference(['features/a'], [SAMPLE]),
  intervalOf: (score) => ({ low: score - 0.1, high: score + 0.1, rows: 50 }),
  baseRateOf: (symbol) => (symbol === 'NEW' ? null : 0.4),
};
const bar = (symbol: string, score: number, input = 50): NewestBar => ({
  symbol,
  date: '2024-05-03',
  entry: '2024-05-06',
  scored: { probability: 0.5, score, inputs: Float32Array.of(input) },
});
const rowsOf = (bars: readonly NewestBar[], rules: Partial<RowRules> = {}): ScoreRow[] =>
  scoreRows(
    bars.map(({ symbol }) => symbol),
    bars,
    { ...RULES, ...rules },
  );

describe('the rows of scores', () => {
  it('rank by falling score, equal scores by symbol', () => {
    const rows = rowsOf([bar('C', 0.1), bar('B', 0.3), bar('A', 0.1)]);
    expect(rows.map(({ symbol, rank }) => [symbol, rank])).to.deep.equal([
      ['A', 2],
      ['B', 1],
      ['C', 3],
    ]);
  });

  it('have ranks 1 to n in the order of any scores', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1, max: 1 }), { minLength: 1, maxLength: 40 }),
        (scores) => {
          const rows = rowsOf(scores.map((score, at) => bar(`S${at}`, score)));
          const ranked = [...rows].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
          expect(ranked.map(({ rank }) => rank)).to.deep.equal(scores.map((_, at) => at + 1));
          for (const [at, row] of ranked.entries())
            expect(row.score).to.be.at.least(ranked[at + 1]?.score ?? -Infinity);
        },
      ),
    );
  });

  it('have every number and no flag where nothing is wrong', () => {
    expect(rowsOf([bar('A', 0.1)])).to.deep.equal([
      {
        symbol: 'A',
        date: '2024-05-03',
        entry: '2024-05-06',
        probability: 0.5,
        score: 0.1,
        rank: 1,
        interval: { low: 0.1 - 0.1, high: 0.1 + 0.1, rows: 50 },
        baseRate: 0.4,
        flags: [],
        drifted: [],
      },
    ]);
  });

  it('say which input lies beyond what the student was examined on', () => {
    // From 0 to 99, and a tenth of that on both sides.
    const rows = rowsOf([bar('A', 0.1, 108), bar('B', 0.1, 110), bar('C', 0.1, -9), bar('D', 0.1, -11)]);
    expect(rows.map(({ flags }) => flags)).to.deep.equal([[], ['drift'], [], ['drift']]);
    expect(rows[1]?.drifted).to.deep.equal(['features/a']);
    expect(rows[1]?.score).to.equal(0.1);
  });

  it('have no number for a symbol without a whole row, and no rank', () => {
    const [row] = rowsOf([{ ...bar('A', 0), scored: null }]);
    expect(row).to.deep.include({ score: null, probability: null, rank: null, interval: null });
    expect(row?.flags).to.deep.equal(['short_history']);
  });

  it('flag a symbol whose bar is older than those of the others, without a number', () => {
    const rows = rowsOf([bar('A', 0.1), { ...bar('B', 0), date: '2024-04-30', entry: null, scored: null }]);
    expect(rows[1]).to.deep.include({ date: '2024-04-30', score: null, rank: null });
    expect(rows[1]?.flags).to.deep.equal(['stale']);
  });

  it('flag all rows where the newest session has no bars at all, and rank them', () => {
    const rows = rowsOf([bar('A', 0.1), bar('B', 0.2)], { newestSession: '2024-05-06' });
    expect(rows.map(({ flags, rank }) => [flags, rank])).to.deep.equal([
      [['stale'], 2],
      [['stale'], 1],
    ]);
  });

  it('flag rows after the period that follows the training', () => {
    expect(rowsOf([bar('A', 0.1)], { oldFrom: '2024-05-03' })[0]?.flags).to.deep.equal(['old_model']);
    expect(rowsOf([bar('A', 0.1)], { oldFrom: '2024-05-04' })[0]?.flags).to.deep.equal([]);
  });

  it('have a row without anything for a member without bars', () => {
    const [row] = scoreRows(['GONE'], [], RULES);
    expect(row).to.deep.include({ symbol: 'GONE', date: null, entry: null, score: null });
    expect(row?.flags).to.deep.equal(['no_bars']);
  });

  it('leave out who is no member', () => {
    expect(
      scoreRows(['A'], [bar('A', 0.1), bar('B', 0.2)], RULES).map(({ symbol, rank }) => [symbol, rank]),
    ).to.deep.equal([['A', 1]]);
  });
});
