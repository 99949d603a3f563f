import { z } from 'zod';

import { cosPi } from '../../../data/math/cos-pi.js';
import { randomStream } from '../../../data/random.js';
import { tf, download } from '../tensorflow.js';
import type { AdamState } from './adam.js';
import { adamStart, adamStep } from './adam.js';
import type { PhaseCheckpoint, Snapshot } from '../units/checkpoint.js';
import type { Design } from '../rows/design.js';
import { columnOf, eachBlock } from '../rows/design.js';
import { logit, smoothedRate } from '../../stats/logistic.js';
import { arrayNamed } from '../units/named-arrays.js';
import type { Shape } from './network.js';
import { backward, forward, initialParameters, meanWeights, parameterCount, toDevice } from './network.js';
import type { RowGatherer } from '../rows/design-on-device.js';
import { rowGatherer } from '../rows/design-on-device.js';

/** How an ensemble is trained. */
export interface EnsembleSettings {
  /** Hidden units of a member. */
  readonly hidden: number;
  readonly members: number;
  readonly batchRows: number;
  /** Adam's initial learning rate; it decays to zero along half a cosine. */
  readonly rate: number;
  /** Passes over the rows, unless these take more than `mostSteps` batches. */
  readonly epochs: number;
  /** Maximum number of batches. */
  readonly mostSteps: number;
}

/** A trained ensemble: its output is the mean of its members' outputs. */
export interface Ensemble {
  readonly shape: Shape;
  readonly parameters: Float32Array;
}

/**
 * `squared`: the loss is half the squared difference of output and target. `logistic`: outputs are logits,
 * targets are in [0, 1], the loss is log-loss. In both cases the gradient is prediction − target.
 */
export type Loss = 'squared' | 'logistic';

export interface EnsembleTask {
  readonly design: Design;
  /** Target of each row. */
  readonly targets: Float32Array;
  /** Row weights with a mean of 1. */
  readonly weights: Float32Array;
  readonly loss: Loss;
  readonly settings: EnsembleSettings;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  readonly checkpoint: PhaseCheckpoint;
  /** Called every few batches, with the mean loss of the last one. */
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

const MIN_BATCH_ROWS = 256;
const MIN_BATCHES = 6;
/** Batches between two progress reports, at which the job may also save or stop. */
const BATCHES_PER_REPORT = 8;
const STATE_NAMES = ['parameters', 'mean', 'square'] as const;

/** Number of completed batches, over all epochs. */
const factsSchema = z.strictObject({ step: z.number() });

/**
 * Trains the members of an ensemble together on the same mini-batches, from different initial parameters. A
 * batch and the parameters go to the device, the gradient comes back.
 */
export async function trainEnsemble(task: EnsembleTask): Promise<Ensemble> {
  const { design, targets, weights, loss, settings, seed, checkpoint, onStep } = task;
  const { hidden, members, rate, epochs, mostSteps } = settings;
  const { count } = design;
  const shape: Shape = { features: design.width - 1, hidden, members };
  const batchRows = batchSize(count, settings.batchRows);
  const batches = Math.ceil(count / batchRows);
  const steps = Math.min(batches * epochs, mostSteps);

  const saved = restore(checkpoint.resumed);
  let step = saved?.step ?? 0;
  const state =
    saved?.state ??
    adamStart(initialParameters(shape, startOutput(targets, loss), randomStream([...seed, 'start'])));
  const snapshot = (): Snapshot => ({
    facts: { step } satisfies z.input<typeof factsSchema>,
    arrays: STATE_NAMES.map((name) => ({
      name,
      shape: [parameterCount(shape)],
      data: state[name].slice(),
    })),
  });

  let order: Int32Array | undefined;
  const rows = rowGatherer(design);
  try {
    while (step < steps) {
      const from = (step % batches) * batchRows;
      if (from === 0 || order === undefined) {
        const key = [...seed, 'epoch', Math.floor(step / batches)];
        order = shuffledRows(count, (steps - step) * batchRows + from, key);
      }
      const batch = order.subarray(from, Math.min(from + batchRows, count));
      const reporting = (step + 1) % BATCHES_PER_REPORT === 0 || step + 1 === steps;
      const { gradient, lost } = gradientOf({ shape, loss, state, rows, targets, weights }, batch, reporting);
      const decayed = 0.5 * rate * (1 + cosPi(step / steps));
      step += 1;
      adamStep(state, gradient, { rate: decayed, step });
      if (!reporting) continue;
      onStep(step, steps, lost);
      await checkpoint.step(snapshot);
    }
  } finally {
    rows.dispose();
  }
  checkpoint.settle(snapshot());
  return { shape, parameters: state.parameters.slice() };
}

/** As many rows as are fast, but few rows still give several batches per epoch. */
function batchSize(rows: number, most: number): number {
  return Math.min(most, Math.max(MIN_BATCH_ROWS, Math.ceil(rows / MIN_BATCHES)));
}

/** Output of a model without features: the logit of the base rate, or the mean target. */
function startOutput(targets: Float32Array, loss: Loss): number {
  const sum = targets.reduce((total, target) => total + target, 0);
  return loss === 'logistic' ? logit(smoothedRate(sum, targets.length)) : sum / Math.max(1, targets.length);
}

/** Rows of which the first `needed` are in random order (a partial Fisher–Yates shuffle). */
function shuffledRows(count: number, needed: number, key: readonly (string | number)[]): Int32Array {
  const random = randomStream(key);
  const order = Int32Array.from({ length: count }, (_, row) => row);
  for (let place = 0; place < Math.min(needed, count - 1); place += 1) {
    const other = random.integer(place, count - 1);
    const row = order[other] ?? 0;
    order[other] = order[place] ?? 0;
    order[place] = row;
  }
  return order;
}

/** Output of the ensemble for every row of a design. */
export function ensembleOutputs({ shape, parameters }: Ensemble, design: Design): Float32Array {
  const { first, second, bias } = meanWeights(shape, parameters);
  const outputs = new Float32Array(design.count);
  eachBlock(design, (block, from) => {
    outputs.set(tf.matMul(tf.tanh(tf.matMul(block, first)), second).dataSync(), from);
  });
  tf.dispose([first, second]);
  return outputs.map((output) => output + bias);
}

interface Training extends Pick<EnsembleTask, 'loss' | 'targets' | 'weights'> {
  readonly rows: RowGatherer;
  readonly shape: Shape;
  readonly state: AdamState;
}

/** Gradient of the mean loss of a batch with respect to the parameters; the mean loss if requested, else NaN. */
function gradientOf(
  { shape, loss, state, rows: gatherer, targets, weights }: Training,
  batch: Int32Array,
  withLoss: boolean,
): { gradient: Float32Array; lost: number } {
  let gradient: Float32Array = new Float32Array(0);
  let lost = NaN;
  // Do not return the arrays from tidy: it would search every element for tensors.
  tf.tidy(() => {
    const device = toDevice(shape, state.parameters);
    const rows = gatherer.gather(batch);
    const target = columnOf(picked(targets, batch, 1));
    const pass = forward(device, rows);
    const prediction = loss === 'logistic' ? tf.sigmoid(pass.outputs) : pass.outputs;
    const off = tf.sub<tf.Tensor2D>(prediction, target);
    if (withLoss) [lost = NaN] = download(meanLoss(pass.outputs, target, off, loss));
    const slope = tf.mul<tf.Tensor2D>(off, columnOf(picked(weights, batch, batch.length)));
    gradient = backward(shape, device, rows, pass, slope);
  });
  return { gradient, lost };
}

/** Values of some rows, divided by a number. */
function picked(values: Float32Array, rows: Int32Array, divisor: number): Float32Array {
  const some = new Float32Array(rows.length);
  for (let at = 0; at < some.length; at += 1) some[at] = (values[rows[at] ?? -1] ?? NaN) / divisor;
  return some;
}

function meanLoss(outputs: tf.Tensor2D, target: tf.Tensor2D, off: tf.Tensor2D, loss: Loss): tf.Tensor {
  if (loss === 'squared') return tf.mul(tf.mean(tf.square(off)), 0.5);
  // log(1 + e^z) − y·z
  return tf.mean(tf.sub(tf.softplus(outputs), tf.mul(outputs, target)));
}

function restore(snapshot: Snapshot | undefined): { step: number; state: AdamState } | undefined {
  if (snapshot === undefined) return undefined;
  const array = (name: string): Float32Array => arrayNamed(snapshot.arrays, name).data.slice();
  return {
    step: factsSchema.parse(snapshot.facts).step,
    state: { parameters: array('parameters'), mean: array('mean'), square: array('square') },
  };
}
