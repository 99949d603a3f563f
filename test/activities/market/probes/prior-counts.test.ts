import { expect } from 'chai';

import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import type { CountedRun } from '../../../../activities/market/probes/prior-counts.js';
import { probePriorCounts } from '../../../../activities/market/probes/prior-counts.js';
import type { RankTable } from '../../../../activities/model/ranking/rank-model.js';
import { rankRows } from '../../../../activities/model/ranking/rank-rows.js';
import { MOST_ROWS, thinnedTimes } from '../../../../activities/model/ranking/thinned-times.js';
import { madeRankTable, madeTask, timeOfBar } from '../../model/ranking/made-table.js';

/** Bars after which a row's label is known: longer than its targets take. */
const LABEL_BARS = 40;

describe('rows that priors were fitted on', () => {
  for (const [what, symbols, bars] of [
    ['all rows', 20, 300],
    // More than LEAST_TIMES times, so that some are left out.
    ['rows of many symbols, which are thinned', 800, 300],
  ] as const)
    it(`are counted as the rank head counts them: ${what}`, () => {
      const table = madeRankTable({ symbols, bars, member: (symbol, bar) => (symbol + bar) % 7 !== 0 });
      const task = { ...madeTask(bars), end: timeOfBar(bars - 30), validationStart: timeOfBar(bars - 90) };
      const { lastResolvedAt, symbol } = rankRows(table, task);
      expect(symbol.length < MOST_ROWS).to.equal(true);
      const before = (time: number): number => lastResolvedAt.filter((at) => at < time).length;
      const rankRowsOf = { select: before(task.validationStart), fit: before(task.end) };
      const run = countedRun(table, task, rankRowsOf);
      expect(findings(run)).to.deep.equal([]);
      const one = { ...rankRowsOf, fit: rankRowsOf.fit + 1 };
      expect(findings(countedRun(table, task, one))).to.deep.equal([1]);
    });

  function findings(run: CountedRun): number[] {
    const thinning = { ofProbability: () => new Int32Array(0), ofRanks: thinnedTimes };
    return probePriorCounts(run, thinning).map(({ rows }) => rows);
  }
});

function countedRun(
  { symbols }: RankTable,
  split: { readonly validationStart: number; readonly end: number },
  ranks: { readonly select: number; readonly fit: number },
): CountedRun {
  const prior = { rows: { select: 0, fit: 0 }, rankRows: ranks };
  const exitTime = (time: Int32Array): Int32Array =>
    time.map((_, bar) => time[bar + LABEL_BARS] ?? UNRESOLVED);
  return {
    table: { symbols },
    cohorts: [{ id: '2020', split, prior }],
    plain: new Map(symbols.map(({ symbol, time }) => [symbol, { exitTime: exitTime(time) }])),
  };
}
