import { UNRESOLVED } from '../../market/feature-table.js';
import type { TreeRows } from '../trees/bins.js';
import { binEdges, binRows } from '../trees/bins.js';
import type { TreesTask } from '../trees/fit-trees.js';
import { fitTrees } from '../trees/fit-trees.js';
import { TREE_SETTINGS } from '../trees/settings.js';
import { treeScores } from '../trees/tree-scores.js';
import type { Trees } from '../trees/trees.js';
import type { RankSymbol, RankTable } from './rank-model.js';

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
  /** When all targets of a row are known. */
  readonly lastResolvedAt: Int32Array;
  /** Number of horizons H. */
  readonly horizons: number;
}

export interface RankTreesTask extends Pick<TreesTask, 'seed' | 'checkpoint' | 'onStep'> {
  readonly rows: TreeTrainingRows;
  /** Row-major [n × H]. */
  readonly targets: Float32Array;
  /** Indices of the horizons whose mean target is predicted. */
  readonly blend: readonly number[];
  /** Exchange minutes: only rows whose targets are all known earlier are trained on. */
  readonly before: number;
}

/** The non-linear part of a rank model. */
export interface RankTrees {
  readonly trees: Trees;
  /** Root mean square of the trees' sums over the trained rows: what standardises them. */
  readonly spread: number;
}

/** Fits trees to the mean target of some horizons. */
export async function fitRankTrees(table: TreeTable, task: RankTreesTask): Promise<RankTrees> {
  const { rows, targets, blend, seed, checkpoint, onStep } = task;
  const bySymbol = trainedRows(table, task);
  const all = Int32Array.from(bySymbol.flat());
  const parts = bySymbol.map((some, place): TreeRows => {
    const { ranks, state } = table.symbols[place] ?? NOTHING;
    return { ranks, state, rows: some.map((at) => rows.row[at] ?? -1) };
  });
  const times = all.map((at) => table.symbols[rows.symbol[at] ?? -1]?.time[rows.row[at] ?? -1] ?? UNRESOLVED);
  const edges = binEdges(table.rankNames.length, table.stateNames.length, parts);
  const trees = await fitTrees({
    rows: binRows(edges, parts),
    targets: Float32Array.from(all, (at) => blended(targets, at * rows.horizons, blend)),
    weights: new Float32Array(all.length).fill(1),
    times,
    settings: TREE_SETTINGS,
    seed,
    checkpoint,
    onStep,
  });
  const squares = treeScores(trees, parts).reduce((sum, score) => sum + score * score, 0);
  return { trees, spread: Math.sqrt(squares / Math.max(1, all.length)) };
}

const NOTHING = { ranks: new Float32Array(0), state: new Float32Array(0) };

/** Places of the trained rows by symbol: rows of one symbol share their matrices. */
function trainedRows({ symbols }: TreeTable, { rows, targets, blend, before }: RankTreesTask): number[][] {
  const bySymbol = symbols.map((): number[] => []);
  rows.symbol.forEach((symbol, at) => {
    if ((rows.lastResolvedAt[at] ?? UNRESOLVED) >= before) return;
    if (!Number.isNaN(blended(targets, at * rows.horizons, blend))) bySymbol[symbol]?.push(at);
  });
  return bySymbol;
}

/** Mean target of some horizons; NaN where one is not known. @param from Index of the row's first target. */
function blended(targets: Float32Array, from: number, blend: readonly number[]): number {
  let sum = 0;
  for (const horizon of blend) sum += targets[from + horizon] ?? NaN;
  return sum / blend.length;
}
