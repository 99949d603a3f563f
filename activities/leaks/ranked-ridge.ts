import { setImmediate } from 'node:timers/promises';

import { UNRESOLVED } from '../market/feature-table.js';
import type { SymbolTable } from '../market/feature-table.js';
import { windowRows } from '../market/splits/splits.js';
import { centredRanks } from '../stats/centred-ranks.js';
import type { LeakMarket } from './leak-market.js';
import { LEAK_HORIZON } from './leak-market.js';
import { learntRows } from './learnt-rows.js';
import { RidgeOfColumns, weighted } from './ridge-of-columns.js';
import type { TestedRows } from './tested-rows.js';
import { addScored, emptyRows } from './tested-rows.js';

/**
 * A ridge of the day's centred rank of the return over five bars on the centred ranks of the rank features, fitted for
 * every cohort on all symbols' rows with a return that is known before the cohort ends, tested on the rows after it.
 */
export async function testRankedRidge(
  market: LeakMarket,
  onCohort: (done: number, of: number) => void,
): Promise<TestedRows> {
  const tested = emptyRows();
  const width = market.table.rankNames.length;
  const targets = rankTargets(market);
  let done = 0;
  for (const { id, split, tables } of market.cohorts) {
    const ridge = new RidgeOfColumns(width);
    const { thinned } = learntRows(market.table.symbols, split.end);
    market.table.symbols.forEach((symbol, at) => {
      for (const row of thinned[at] ?? []) {
        const target = targets.get(symbol)?.[row] ?? NaN;
        const resolved = symbol.outcomes.resolvedAt[LEAK_HORIZON]?.[row] ?? UNRESOLVED;
        if (resolved >= split.end || Number.isNaN(target)) continue;
        ridge.add(ranksOf(symbol, row, width), target);
      }
    });
    const weights = ridge.weights();
    for (const symbol of tables)
      for (const row of windowRows(symbol, split).forward)
        addScored(tested, symbol, row, {
          stratum: id,
          score: weighted(ranksOf(symbol, row, width), weights),
        });
    done += 1;
    onCohort(done, market.cohorts.length);
    await setImmediate();
  }
  return tested;
}

function ranksOf({ ranks }: SymbolTable, row: number, width: number): Float64Array {
  return Float64Array.from(ranks.subarray(row * width, (row + 1) * width));
}

/** Centred rank of the return over five bars among the symbols at the time; NaN where it is not known. */
function rankTargets({ table }: LeakMarket): Map<SymbolTable, Float64Array> {
  const byTime = new Map<number, { readonly symbol: SymbolTable; readonly row: number }[]>();
  for (const symbol of table.symbols)
    symbol.time.forEach((minutes, row) => {
      const section = byTime.get(minutes);
      if (section === undefined) byTime.set(minutes, [{ symbol, row }]);
      else section.push({ symbol, row });
    });
  const targets = new Map(
    table.symbols.map((symbol) => [symbol, new Float64Array(symbol.time.length).fill(NaN)]),
  );
  for (const section of byTime.values()) {
    const returns = section.map(({ symbol, row }) => symbol.outcomes.returns[LEAK_HORIZON]?.[row] ?? NaN);
    const ranks = centredRanks(returns);
    section.forEach(({ symbol, row }, at) => {
      if (!Number.isNaN(returns[at] ?? NaN)) targets.get(symbol)?.fill(ranks[at] ?? NaN, row, row + 1);
    });
  }
  return targets;
}
