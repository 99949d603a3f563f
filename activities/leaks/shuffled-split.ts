import { setImmediate } from 'node:timers/promises';

import type { BarSeries } from '../../data/bars/series.js';
import { log } from '../../data/math/log.js';
import { randomStream } from '../../data/random.js';
import { binEdges, binRows } from '../model/trees/bins.js';
import { fitTrees } from '../model/trees/fit-trees.js';
import type { TreeSettings } from '../model/trees/settings.js';
import { treeScores } from '../model/trees/tree-scores.js';
import type { SymbolTable } from '../market/feature-table.js';
import type { WindowRows } from '../market/splits/splits.js';
import { VALIDATION_SHARE, windowRows } from '../market/splits/splits.js';
import type { LeakCohort, LeakMarket } from './leak-market.js';
import type { TestedRows } from './tested-rows.js';
import { addScored, emptyRows } from './tested-rows.js';

/** Boosted trees that a window's hundred rows can be learnt by heart with, as libraries have them by default. */
const WINDOW_TREES: TreeSettings = { rounds: 100, rate: 0.1, minRows: 2, ridge: 1, dateShare: 1 };
/** With fewer rows to learn from, a window is left out. */
const MIN_ROWS = 20;

/** How the rows of a window are divided. */
export type WindowSplit = 'purged' | 'shuffled';

/**
 * Boosted trees of every window's own rows, on its features and the price itself, as the replaced pipeline had them.
 * `purged`: the last quarter of the sessions is tested, and learnt from is what was known before. `shuffled`: a quarter
 * of the cohort's dates is tested, drawn at random, and everything else is learnt from. It is the same quarter for
 * every window, as it is with one seed.
 */
export async function testWindowTrees(
  market: LeakMarket,
  by: WindowSplit,
  onCohort: (done: number, of: number) => void,
): Promise<TestedRows> {
  const tested = emptyRows();
  let done = 0;
  for (const cohort of market.cohorts) {
    const drawn = drawnTimes(cohort, market.config.seed);
    for (const symbol of cohort.tables) {
      const rows = windowRows(symbol, cohort.split);
      const [train, test] = by === 'purged' ? [rows.select, rows.validation] : shuffled(symbol, rows, drawn);
      if (train.length < MIN_ROWS || test.length === 0) continue;
      const scores = await scoresOf(market, symbol, train, test);
      test.forEach((row, at) =>
        addScored(tested, symbol, row, {
          stratum: `${symbol.symbol} ${cohort.id}`,
          score: scores[at] ?? NaN,
        }),
      );
      await setImmediate();
    }
    done += 1;
    onCohort(done, market.cohorts.length);
  }
  return tested;
}

/** A quarter of the times of a cohort. */
function drawnTimes({ id, split, tables }: LeakCohort, seed: number): ReadonlySet<number> {
  const times = new Set<number>();
  for (const symbol of tables)
    for (const row of windowRows(symbol, split).fit) times.add(symbol.time[row] ?? NaN);
  const order = randomStream([seed, 'leaks', 'shuffled split', id]).shuffle(Int32Array.from(times).sort());
  return new Set(order.subarray(0, Math.round(VALIDATION_SHARE * order.length)));
}

function shuffled(
  { time }: SymbolTable,
  { fit }: WindowRows,
  drawn: ReadonlySet<number>,
): readonly [Int32Array, Int32Array] {
  const isDrawn = (row: number): boolean => drawn.has(time[row] ?? NaN);
  return [fit.filter((row) => !isDrawn(row)), fit.filter(isDrawn)];
}

async function scoresOf(
  { table, series }: LeakMarket,
  symbol: SymbolTable,
  train: Int32Array,
  test: Int32Array,
): Promise<Float64Array> {
  const width = table.names.length + 1;
  const partOf = (rows: Int32Array): { ranks: Float32Array; state: Float32Array; rows: Int32Array } => ({
    ranks: new Float32Array(0),
    state: columnsOf(symbol, series.get(symbol.symbol), rows, width),
    rows: Int32Array.from(rows.keys()),
  });
  const [known, asked] = [partOf(train), partOf(test)];
  const rows = binRows(binEdges(0, width, [known]), [known]);
  const ones = train.reduce((sum, row) => sum + (symbol.label[row] ?? 0), 0);
  const trees = await fitTrees({
    rows,
    targets: Float32Array.from(train, (row) => (symbol.label[row] ?? 0) - ones / train.length),
    times: train.map((row) => symbol.time[row] ?? 0),
    settings: WINDOW_TREES,
    seed: ['leaks', symbol.symbol],
    checkpoint: { resumed: undefined, step: () => Promise.resolve(), settle: () => undefined },
    onStep: () => undefined,
  });
  return treeScores(trees, [asked]);
}

/** Features and the log close of some rows, row-major. */
function columnsOf(
  { features }: SymbolTable,
  bars: BarSeries | undefined,
  rows: Int32Array,
  width: number,
): Float32Array {
  const columns = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    columns.set(features.subarray(row * (width - 1), (row + 1) * (width - 1)), at * width);
    columns[(at + 1) * width - 1] = log(bars?.close[row] ?? NaN);
  });
  return columns;
}
