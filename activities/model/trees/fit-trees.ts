import { placesOf } from '../../../data/math/fill-columns.js';
import { z } from 'zod';

import { randomStream } from '../../../data/random.js';
import { distinct } from '../../stats/order.js';
import type { PhaseCheckpoint, Snapshot } from '../units/checkpoint.js';
import type { BinnedRows } from './binned-rows.js';
import type { TreeGrower } from './grow-tree.js';
import { treeGrower } from './grow-tree.js';
import type { TreeSettings } from './settings.js';
import { addOutputs } from './tree-outputs.js';
import type { Trees } from './trees.js';
import { emptyTrees, firstTrees } from './trees.js';
import { treeArrays, treesFrom } from './trees-file.js';

export interface TreesTask {
  readonly rows: BinnedRows;
  /** Target of each row, such as a centred rank; finite, at most about 1 in size. */
  readonly targets: Float32Array;
  /** Time of each row: a round draws whole times. */
  readonly times: Int32Array;
  readonly settings: TreeSettings;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  readonly checkpoint: PhaseCheckpoint;
  /** Receives the sum of the trees for every row, exactly: see `treeScores`; 0 to begin with. */
  readonly predictions?: Float64Array;
  /** Called after every round. @param loss Mean squared error of the rows that the round drew, before it. */
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

/** Number of complete rounds. */
const factsSchema = z.strictObject({ round: z.number() });

/**
 * Gradient boosting of regression trees with squared loss (Friedman 2001), each tree on the rows of a drawn part of the
 * dates (Friedman 2002), with splits from histograms. There is no intercept: targets have no mean on any date. Gradients
 * are rounded to a grid that depends on nothing but the rows drawn, so that sums over rows are exact (see `Packing`): the
 * result does not depend on the rows' order, and it continues from the trees alone.
 *
 * @throws RangeError when a target is not finite, or there are too many rows: see `packingOf`.
 */
export async function fitTrees(task: TreesTask): Promise<Trees> {
  const {
    rows,
    targets,
    settings,
    seed,
    checkpoint,
    onStep,
    predictions = new Float64Array(rows.count),
  } = task;
  const { rankWidth, stateWidth } = rows.edges;
  if (!targets.every(Number.isFinite)) throw new RangeError('a target is not finite');
  const dates = datesOf(task.times);
  const trees = emptyTrees(settings.rounds, rankWidth, stateWidth);
  const grower = treeGrower(rows, settings);

  let round = restore(checkpoint.resumed, trees);
  for (let tree = 0; tree < round; tree += 1) addOutputs(trees, tree, rows, predictions);
  const snapshot = (): Snapshot => ({
    facts: { round } satisfies z.input<typeof factsSchema>,
    arrays: treeArrays(firstTrees(trees, round)),
  });

  while (round < settings.rounds) {
    const drawn = drawnDates(dates.count, settings.dateShare, [...seed, 'round', round]);
    const count = selectRows(grower.order, dates.ofRow, drawn);
    const lost = setGradients(grower, count, targets, predictions);
    grower.grow(trees, round, count);
    addOutputs(trees, round, rows, predictions);
    round += 1;
    onStep(round, settings.rounds, lost / Math.max(1, count));
    await checkpoint.step(snapshot);
  }
  checkpoint.settle(snapshot());
  return trees;
}

/** Number of distinct times, and the index of every row's among them. */
function datesOf(times: Int32Array): { readonly count: number; readonly ofRow: Int32Array } {
  const places = new Map(distinct(times).map((time, place) => [time, place]));
  return { count: places.size, ofRow: times.map((time) => places.get(time) ?? -1) };
}

/** 1 for every date that a round draws. */
function drawnDates(count: number, share: number, key: readonly (string | number)[]): Uint8Array {
  const order = randomStream(key).shuffle(placesOf({ length: count }));
  const drawn = new Uint8Array(count);
  for (const date of order.subarray(0, Math.ceil(count * share))) drawn[date] = 1;
  return drawn;
}

/** Writes the rows of drawn dates in order. @returns Their number. */
function selectRows(order: Int32Array, dateOfRow: Int32Array, drawn: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < dateOfRow.length; row += 1) {
    // A row that is not drawn is written over.
    order[count] = row;
    count += drawn[dateOfRow[row] ?? 0] ?? 0;
  }
  return count;
}

/** Sets the gradients of the first rows in order. @returns The sum of their squares. */
function setGradients(
  { gradients, order }: TreeGrower,
  count: number,
  targets: Float32Array,
  predictions: Float64Array,
): number {
  let squares = 0;
  for (let place = 0; place < count; place += 1) {
    const row = order[place] ?? 0;
    const off = (targets[row] ?? NaN) - (predictions[row] ?? NaN);
    gradients[row] = off;
    squares += off * off;
  }
  return squares;
}

/** Copies the trees of an interrupted attempt. @returns Their number. */
function restore(snapshot: Snapshot | undefined, trees: Trees): number {
  if (snapshot === undefined) return 0;
  const { round } = factsSchema.parse(snapshot.facts);
  const saved = treesFrom(snapshot.arrays, trees);
  trees.columns.set(saved.columns);
  trees.thresholds.set(saved.thresholds);
  trees.values.set(saved.values);
  return round;
}
