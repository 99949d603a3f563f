import { z } from 'zod';

import { randomStream } from '../../../data/random.js';
import type { PhaseCheckpoint, Snapshot } from '../units/checkpoint.js';
import type { BinnedRows } from './bins.js';
import { onGrid } from './exact-sums.js';
import { treeGrower } from './grow-tree.js';
import type { TreeSettings } from './settings.js';
import type { Trees } from './trees.js';
import { emptyTrees, firstTrees } from './trees.js';
import { treeArrays, treesFrom } from './trees-file.js';

export interface TreesTask {
  readonly rows: BinnedRows;
  /** Target of each row, such as a centred rank; finite, at most about 1 in size. */
  readonly targets: Float32Array;
  /** Row weights with a mean of 1. */
  readonly weights: Float32Array;
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
 * Gradient boosting of regression trees with squared loss (Friedman 2001), each tree on the rows of a drawn part
 * of the dates (Friedman 2002), with splits from histograms. There is no intercept: targets have no mean on any date. All sums over rows are exact, so the result does
 * not depend on the rows' order, and it continues from the trees alone.
 *
 * @throws RangeError when a target or weight is not finite.
 */
export async function fitTrees(task: TreesTask): Promise<Trees> {
  const { rows, settings, seed, checkpoint, onStep, predictions = new Float64Array(rows.count) } = task;
  const { rankWidth, stateWidth } = rows.edges;
  const targets = gridValues(task.targets, 'target');
  const weights = gridValues(task.weights, 'weight');
  const dates = datesOf(task.times);
  const trees = emptyTrees(settings.rounds, rankWidth, stateWidth);
  const grower = treeGrower(rows, weights, settings);

  let round = restore(checkpoint.resumed, trees);
  for (let tree = 0; tree < round; tree += 1) grower.addOutputs(trees, tree, predictions);
  const snapshot = (): Snapshot => ({
    facts: { round } satisfies z.input<typeof factsSchema>,
    arrays: treeArrays(firstTrees(trees, round)),
  });

  while (round < settings.rounds) {
    const drawn = drawnDates(dates.count, settings.dateShare, [...seed, 'round', round]);
    let count = 0;
    let lost = 0;
    for (let row = 0; row < rows.count; row += 1) {
      if (drawn[dates.ofRow[row] ?? -1] !== 1) continue;
      const off = (targets[row] ?? NaN) - (predictions[row] ?? NaN);
      grower.gradients[row] = onGrid((weights[row] ?? NaN) * off);
      grower.order[count] = row;
      count += 1;
      lost += off * off;
    }
    grower.grow(trees, round, count);
    grower.addOutputs(trees, round, predictions);
    round += 1;
    onStep(round, settings.rounds, lost / Math.max(1, count));
    await checkpoint.step(snapshot);
  }
  checkpoint.settle(snapshot());
  return trees;
}

function gridValues(values: Float32Array, name: string): Float64Array {
  const rounded = Float64Array.from(values, onGrid);
  if (!rounded.every(Number.isFinite)) throw new RangeError(`a ${name} is not finite`);
  return rounded;
}

/** Number of distinct times, and the index of every row's among them. */
function datesOf(times: Int32Array): { readonly count: number; readonly ofRow: Int32Array } {
  const places = new Map<number, number>();
  for (const time of times.slice().sort()) if (!places.has(time)) places.set(time, places.size);
  return { count: places.size, ofRow: times.map((time) => places.get(time) ?? -1) };
}

/** 1 for every date that a round draws. */
function drawnDates(count: number, share: number, key: readonly (string | number)[]): Uint8Array {
  const order = randomStream(key).shuffle(Int32Array.from({ length: count }, (_, date) => date));
  const drawn = new Uint8Array(count);
  for (const date of order.subarray(0, Math.ceil(count * share))) drawn[date] = 1;
  return drawn;
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
