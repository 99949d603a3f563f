import { z } from 'zod';

import { randomStream } from '../../../data/random.js';
import { tf } from '../tensorflow.js';
import type { AdamState } from './adam.js';
import { adamStart, adamStep } from './adam.js';
import type { PhaseCheckpoint, Snapshot } from '../units/checkpoint.js';
import type { Design } from '../rows/design.js';
import { columnOf, eachBlock } from '../rows/design.js';
import { download } from '../tensorflow.js';
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
  /** Adam's rate at the start; it falls to zero along half a cosine. */
  readonly rate: number;
  /** Times that every row is used, where that does not take more batches than `mostSteps`. */
  readonly epochs: number;
  /** Rows beyond what so many batches take do not make the training longer. */
  readonly mostSteps: number;
}

/** A trained ensemble: the mean of its members' outputs is its word. */
export interface Ensemble {
  readonly shape: Shape;
  readonly parameters: Float32Array;
}

/**
 * `squared`: outputs are numbers, half their squared distance from the target is the loss. `logistic`:
 * outputs are logits, targets shares in [0, 1], the loss is log-loss. Both have the slope word − target.
 */
export type Loss = 'squared' | 'logistic';

export interface EnsembleTask {
  readonly design: Design;
  /** What is to be foretold of each row. */
  readonly targets: Float32Array;
  /** How much each row counts; their mean is 1. */
  readonly weights: Float32Array;
  readonly loss: Loss;
  readonly settings: EnsembleSettings;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  readonly checkpoint: PhaseCheckpoint;
  /** Told every few batches, with the mean loss of the last. */
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

const SMALLEST_BATCH = 256;
const BATCHES_AT_LEAST = 6;
/** Batches between two looks at the outer world. */
const BATCHES_PER_LOOK = 8;
const STATE_NAMES = ['parameters', 'mean', 'square'] as const;

/** Batches that are complete, counted over all epochs. */
const factsSchema = z.strictObject({ step: z.number() });

/**
 * Trains the members of an ensemble side by side on the same mini-batches, from different starts. What goes to
 * the device is a batch and the parameters, what comes back is the gradient.
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
        order = drawn(count, (steps - step) * batchRows + from, key);
      }
      const batch = order.subarray(from, Math.min(from + batchRows, count));
      const look = (step + 1) % BATCHES_PER_LOOK === 0 || step + 1 === steps;
      const { gradient, lost } = gradientOf({ shape, loss, state, rows, targets, weights }, batch, look);
      const cooled = 0.5 * rate * (1 + Math.cos((Math.PI * step) / steps));
      step += 1;
      adamStep(state, gradient, { rate: cooled, step });
      if (!look) continue;
      onStep(step, steps, lost);
      await checkpoint.step(snapshot);
    }
  } finally {
    rows.dispose();
  }
  checkpoint.settle(snapshot());
  return { shape, parameters: state.parameters.slice() };
}

/** Batches have at most as many rows as is fast, and few rows still make some steps an epoch. */
function batchSize(rows: number, most: number): number {
  return Math.min(most, Math.max(SMALLEST_BATCH, Math.ceil(rows / BATCHES_AT_LEAST)));
}

/** What a network says that knows nothing but its targets. */
function startOutput(targets: Float32Array, loss: Loss): number {
  const sum = targets.reduce((total, target) => total + target, 0);
  return loss === 'logistic' ? logit(smoothedRate(sum, targets.length)) : sum / Math.max(1, targets.length);
}

/** Rows in a random order, of which the first `wanted` are drawn (Fisher and Yates); the rest stays undrawn. */
function drawn(count: number, wanted: number, key: readonly (string | number)[]): Int32Array {
  const random = randomStream(key);
  const order = Int32Array.from({ length: count }, (_, row) => row);
  for (let place = 0; place < Math.min(wanted, count - 1); place += 1) {
    const other = random.integer(place, count - 1);
    const row = order[other] ?? 0;
    order[other] = order[place] ?? 0;
    order[place] = row;
  }
  return order;
}

/** Mean of the members' outputs for every row of a design. */
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

/** Gradient of the mean loss of a batch by the members' parameters; the mean loss itself where wanted, else NaN. */
function gradientOf(
  { shape, loss, state, rows: gatherer, targets, weights }: Training,
  batch: Int32Array,
  wanted: boolean,
): { gradient: Float32Array; lost: number } {
  let gradient: Float32Array = new Float32Array(0);
  let lost = NaN;
  // Nothing is returned from inside: tidy would look for tensors in every number of it.
  tf.tidy(() => {
    const device = toDevice(shape, state.parameters);
    const rows = gatherer.gather(batch);
    const target = columnOf(picked(targets, batch, 1));
    const pass = forward(device, rows);
    const word = loss === 'logistic' ? tf.sigmoid(pass.outputs) : pass.outputs;
    const off = tf.sub<tf.Tensor2D>(word, target);
    if (wanted) [lost = NaN] = download(meanLoss(pass.outputs, target, off, loss));
    const slope = tf.mul<tf.Tensor2D>(off, columnOf(picked(weights, batch, batch.length)));
    gradient = backward(shape, device, rows, pass, slope);
  });
  return { gradient, lost };
}

/** Values of some rows over a divisor. */
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
