import { UNRESOLVED } from '../../market/feature-table.js';
import type { TreeRows } from '../trees/bins.js';
import { binEdges, binRows, treeRows } from '../trees/bins.js';
import type { TreesTask } from '../trees/fit-trees.js';
import { fitTrees } from '../trees/fit-trees.js';
import { TREE_SETTINGS } from '../trees/settings.js';
import type { Trees } from '../trees/trees.js';
import type { RankSymbol, RankTable } from './rank-model.js';
import { thinnedTimes } from './thinned-times.js';

/** What trees are fitted to: see `RankTable`. */
export interface TreeTable extends Pick<RankTable, 'rankNames' | 'stateNames'> {
  readonly symbols: readonly Pick<RankSymbol, 'time' | 'ranks' | 'state'>[];
}

/** Rows of many symbols. */
export interface TreeTrainingRows {
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  /** When each target is known, row-major [n × H]. */
  readonly resolvedAt: Int32Array;
  /** Number of horizons H. */
  readonly horizons: number;
}

export interface RankTreesTask extends Pick<TreesTask, 'seed' | 'checkpoint' | 'onStep'> {
  readonly rows: TreeTrainingRows;
  /** Row-major [n × H]. */
  readonly targets: Float32Array;
  /** Indices of the horizons whose mean target is predicted. */
  readonly blend: readonly number[];
  /** Exchange minutes: only rows whose targets at these horizons are known earlier are trained on. */
  readonly before: number;
}

/** The non-linear part of a rank model. */
export interface RankTrees {
  readonly trees: Trees;
  /** Root mean square of the trees' sums over the trained rows: what standardises them. */
  readonly spread: number;
}

/**
 * Trees are most of a cohort's time, and the targets of neighbouring times overlap by up to 19 of 20 bars: they say
 * nearly the same. So trees take every few times where there are more rows than those of about 80 symbols over
 * 250 times, and as many times at least: of half the dates a leaf of depth 3 still has 1,250 rows, twelve times the
 * fewest of a node.
 */
const MOST_TREE_ROWS = 20_000;

/** Fits trees to the mean target of some horizons, on at most about {@link MOST_TREE_ROWS} rows: see `thinnedTimes`. */
export async function fitRankTrees(table: TreeTable, task: RankTreesTask): Promise<RankTrees> {
  const { rows, seed, checkpoint, onStep } = task;
  const targets = blendedTargets(task);
  const bySymbol = thinned(table, rows.row, knownBySymbol(table.symbols.length, rows.symbol, targets));
  const count = bySymbol.reduce((sum, { length }) => sum + length, 0);
  const own = new Float32Array(count);
  const times = new Int32Array(count);
  let place = 0;
  const parts = bySymbol.map((some, symbol): TreeRows => {
    const rankSymbol = table.symbols[symbol] ?? NOTHING;
    const { time } = rankSymbol;
    const used = new Int32Array(some.length);
    for (let at = 0; at < some.length; at += 1, place += 1) {
      const trained = some[at] ?? -1;
      const row = rows.row[trained] ?? -1;
      used[at] = row;
      times[place] = time[row] ?? UNRESOLVED;
      own[place] = targets[trained] ?? NaN;
    }
    return treeRows(rankSymbol, used);
  });
  const edges = binEdges(table.rankNames.length, table.stateNames.length, parts);
  const predictions = new Float64Array(count);
  const trees = await fitTrees({
    rows: binRows(edges, parts),
    targets: own,
    times,
    settings: TREE_SETTINGS,
    seed,
    checkpoint,
    predictions,
    onStep,
  });
  let squares = 0;
  for (let at = 0; at < count; at += 1) squares += (predictions[at] ?? NaN) * (predictions[at] ?? NaN);
  return { trees, spread: Math.sqrt(squares / Math.max(1, count)) };
}

const NOTHING = { ranks: new Float32Array(0), state: new Float32Array(0), time: new Int32Array(0) };

/** Leaves whole times out where there are many rows. @param bySymbol Places of rows. */
function thinned({ symbols }: TreeTable, row: Int32Array, bySymbol: readonly Int32Array[]): Int32Array[] {
  const times = bySymbol.map((places, symbol) => {
    const { time } = symbols[symbol] ?? NOTHING;
    return places.map((place) => time[row[place] ?? -1] ?? UNRESOLVED);
  });
  const kept = new Set(thinnedTimes(times, MOST_TREE_ROWS));
  return bySymbol.map((places, symbol) => places.filter((_, at) => kept.has(times[symbol]?.[at] ?? NaN)));
}

/** Places of the rows with a target, by symbol: rows of one symbol share their matrices. */
function knownBySymbol(symbols: number, symbol: Int32Array, targets: Float32Array): Int32Array[] {
  const counts = new Int32Array(symbols);
  for (let at = 0; at < targets.length; at += 1) {
    if (Number.isNaN(targets[at])) continue;
    const own = symbol[at] ?? -1;
    counts[own] = (counts[own] ?? NaN) + 1;
  }
  const bySymbol = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let at = 0; at < targets.length; at += 1) {
    if (Number.isNaN(targets[at])) continue;
    const own = symbol[at] ?? -1;
    const next = counts[own] ?? 0;
    bySymbol[own]?.fill(at, next, next + 1);
    counts[own] = next + 1;
  }
  return bySymbol;
}

/** Mean target of some horizons of every row; NaN where one of them is not known before a time. */
function blendedTargets({ rows, targets, blend, before }: RankTreesTask): Float32Array {
  const { horizons, resolvedAt } = rows;
  const blended = new Float32Array(rows.symbol.length);
  for (let at = 0; at < blended.length; at += 1) {
    let sum = 0;
    for (const horizon of blend) {
      const cell = at * horizons + horizon;
      sum += (resolvedAt[cell] ?? UNRESOLVED) < before ? (targets[cell] ?? NaN) : NaN;
    }
    blended[at] = sum / blend.length;
  }
  return blended;
}
