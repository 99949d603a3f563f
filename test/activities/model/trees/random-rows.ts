import { NO_CHECKPOINT } from '../paces.js';
import type { TreeRows } from '../../../../activities/model/trees/bins.js';
import { binEdges, binRows } from '../../../../activities/model/trees/bins.js';
import type { TreesTask } from '../../../../activities/model/trees/fit-trees.js';
import { TREE_SETTINGS } from '../../../../activities/model/trees/settings.js';
import type { TreeSettings } from '../../../../activities/model/trees/settings.js';
import { randomStream } from '../../../../data/random.js';

/** Made-up rows of many dates: uniform ranks, some of them missing, and the state of the market. */
export interface RandomRows {
  readonly part: TreeRows;
  readonly rankWidth: number;
  readonly stateWidth: number;
  readonly times: Int32Array;
  rank(row: number, column: number): number;
}

export interface RowSizes {
  readonly dates: number;
  readonly symbols: number;
  readonly rankWidth: number;
  readonly stateWidth: number;
}

export function randomRows(seed: string, { dates, symbols, rankWidth, stateWidth }: RowSizes): RandomRows {
  const random = randomStream(['trees', seed]);
  const count = dates * symbols;
  const ranks = Float32Array.from({ length: count * rankWidth }, () =>
    random.uniform() < 0.1 ? 0 : random.uniform() - 0.5,
  );
  const ofDate = Float32Array.from({ length: dates * stateWidth }, () => random.normal());
  const state = new Float32Array(count * stateWidth);
  for (let cell = 0; cell < state.length; cell += 1) {
    const date = Math.floor(cell / stateWidth / symbols);
    state[cell] = ofDate[date * stateWidth + (cell % stateWidth)] ?? NaN;
  }
  return {
    part: { ranks, state, rows: Int32Array.from({ length: count }, (_, row) => row) },
    rankWidth,
    stateWidth,
    times: Int32Array.from({ length: count }, (_, row) => 1000 + 7 * Math.floor(row / symbols)),
    rank: (row, column) => ranks[row * rankWidth + column] ?? NaN,
  };
}

/** Targets in [-0.5, 0.5] and the size of ranks: noise and a signal. */
export function noisyTargets(
  seed: string,
  count: number,
  signal: (row: number) => number = () => 0,
): Float32Array {
  const random = randomStream(['trees', seed, 'targets']);
  return Float32Array.from({ length: count }, (_, row) => random.uniform() - 0.5 + signal(row));
}

/** Small data needs smaller nodes. */
export const SMALL: TreeSettings = { ...TREE_SETTINGS, rounds: 12, rate: 0.1, minRows: 8, ridge: 5 };

/** A fit of all rows. */
export function taskOf(
  { part, rankWidth, stateWidth, times }: RandomRows,
  targets: Float32Array,
  settings: TreeSettings = SMALL,
): TreesTask {
  return {
    rows: binRows(binEdges(rankWidth, stateWidth, [part]), [part]),
    targets,
    times,
    settings,
    seed: [7, 'trees'],
    checkpoint: NO_CHECKPOINT,
    onStep: () => undefined,
  };
}
