import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { randomStream } from '../../../data/random.js';
import type { AdamState } from './adam.js';
import { adamStart, adamStep } from './adam.js';
import type { PhaseCheckpoint, Snapshot } from './checkpoint.js';
import { download } from './download.js';
import { logit, smoothedRate } from './log-loss.js';
import { arrayNamed } from './named-arrays.js';
import type { Widths } from './network.js';
import { backward, forward, initialParameters, parameterCount } from './network.js';
import type { RowSet } from './row-set.js';
import { standardisedRows } from './row-set.js';
import type { Scaler } from './scaler.js';

/** How an ensemble is trained. */
export interface EnsembleSettings {
  /** Hidden widths; the features come before, one output after. */
  readonly hidden: readonly number[];
  readonly members: number;
  readonly batchRows: number;
  /** Adam's rate in the first of `epochs` equal stretches of the training; it falls as 1/√stretch. */
  readonly rate: number;
  /** Times that every row is used, where that does not take more batches than `mostSteps`. */
  readonly epochs: number;
  /** Rows beyond what so many batches take do not make the training longer. */
  readonly mostSteps: number;
}

/** A trained ensemble: the mean of its members' outputs is its word. */
export interface Ensemble {
  readonly widths: Widths;
  readonly members: number;
  /** [members × P]. */
  readonly parameters: Float32Array;
  readonly scaler: Scaler;
}

/**
 * `squared`: outputs are numbers, half their squared distance from the target is the loss. `logistic`:
 * outputs are logits, targets shares in [0, 1], the loss is log-loss. Both have the slope word − target.
 */
export type Loss = 'squared' | 'logistic';

export interface EnsembleTask {
  readonly rows: RowSet;
  /** What is to be foretold of each row. */
  readonly targets: Float32Array;
  readonly loss: Loss;
  readonly scaler: Scaler;
  readonly settings: EnsembleSettings;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  readonly checkpoint: PhaseCheckpoint;
  /** Told every few batches, with the mean loss of the last. */
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

const EVALUATION_ROWS = 8192;
const SMALLEST_BATCH = 256;
const BATCHES_AT_LEAST = 6;
/** Batches between two looks at the outer world: each look waits for the device. */
const BATCHES_PER_LOOK = 8;
const STATE_NAMES = ['parameters', 'mean', 'square'] as const;

/** Batches that are complete, counted over all epochs. */
const factsSchema = z.strictObject({ step: z.number() });

/**
 * Trains the members of an ensemble side by side on the same mini-batches, from different starts. Features
 * and targets lie on the device once; a batch is gathered there.
 */
export async function trainEnsemble(task: EnsembleTask): Promise<Ensemble> {
  const { rows, targets, loss, scaler, settings, seed, checkpoint, onStep } = task;
  const { members, rate, epochs, mostSteps } = settings;
  const features = rows.table.names.length;
  const widths = [features, ...settings.hidden, 1];
  const count = rows.row.length;
  const batchRows = batchSize(count, settings.batchRows);
  const batches = Math.ceil(count / batchRows);
  const steps = Math.min(batches * epochs, mostSteps);

  const shape: [number, number] = [members, parameterCount(widths)];
  const saved = restore(checkpoint.resumed, shape);
  const start = (): Float32Array =>
    initialParameters(widths, members, startOutput(targets, loss), randomStream([...seed, 'start']));
  let step = saved?.step ?? 0;
  let state = saved?.state ?? adamStart(tf.tensor2d(start(), shape));
  let order: tf.Tensor1D | undefined;
  const snapshot = (): Snapshot => ({
    facts: { step } satisfies z.input<typeof factsSchema>,
    arrays: STATE_NAMES.map((name) => ({ name, shape, data: download(state[name]) })),
  });
  const device = {
    features: tf.tensor2d(standardisedRows(rows, scaler), [count, features]),
    targets: tf.tensor1d(targets),
  };

  try {
    while (step < steps) {
      const epoch = Math.floor(step / batches);
      const from = (step % batches) * batchRows;
      if (from === 0) order?.dispose();
      if (from === 0 || order === undefined) order = shuffled(count, [...seed, 'epoch', epoch]);
      const look = (step + 1) % BATCHES_PER_LOOK === 0 || step + 1 === steps;
      const indices = tf.slice(order, from, Math.min(batchRows, count - from));
      const batch = ensembleGradient(widths, state.parameters, device, indices, loss, look);
      const stretch = Math.floor((step * epochs) / steps);
      step += 1;
      state = adamStep(state, batch.gradient, { rate: rate / Math.sqrt(1 + stretch), step });
      tf.dispose([indices, batch.gradient]);
      if (!look) continue;
      onStep(step, steps, batch.loss);
      await checkpoint.step(snapshot);
    }
    checkpoint.settle(snapshot());
    return { widths, members, parameters: download(state.parameters), scaler };
  } finally {
    order?.dispose();
    tf.dispose([state.parameters, state.mean, state.square, device.features, device.targets]);
  }
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

function shuffled(count: number, key: readonly (string | number)[]): tf.Tensor1D {
  const order = randomStream(key).shuffle(Int32Array.from({ length: count }, (_, row) => row));
  return tf.tensor1d(order, 'int32');
}

/** Mean of the members' outputs for every row of a set, in chunks. */
export function ensembleOutputs(ensemble: Ensemble, rows: RowSet): Float32Array {
  const { widths, members, scaler } = ensemble;
  const width = widths[0] ?? 0;
  const features = standardisedRows(rows, scaler);
  const outputs = new Float32Array(rows.row.length);
  const parameters = tf.tensor2d(ensemble.parameters, [members, parameterCount(widths)]);
  for (let from = 0; from < outputs.length; from += EVALUATION_ROWS) {
    const until = Math.min(from + EVALUATION_ROWS, outputs.length);
    const chunk = tf.tidy(() => {
      const input = tf.tensor3d(features.subarray(from * width, until * width), [1, until - from, width]);
      return download(tf.mean(forward(widths, parameters, input).outputs, 0));
    });
    outputs.set(chunk, from);
  }
  parameters.dispose();
  return outputs;
}

/** Gradient of the mean loss of a batch by the members' parameters; the mean loss itself where wanted, else NaN. */
function ensembleGradient(
  widths: Widths,
  parameters: tf.Tensor2D,
  device: { readonly features: tf.Tensor2D; readonly targets: tf.Tensor1D },
  indices: tf.Tensor1D,
  loss: Loss,
  wanted: boolean,
): { gradient: tf.Tensor2D; loss: number } {
  const [rows] = indices.shape;
  let lost = NaN;
  const gradient = tf.tidy(() => {
    const input = tf.gather(device.features, indices).reshape<tf.Tensor3D>([1, rows, widths[0] ?? 0]);
    const target = tf.gather(device.targets, indices).reshape<tf.Tensor3D>([1, rows, 1]);
    const pass = forward(widths, parameters, input);
    const word = loss === 'logistic' ? tf.sigmoid(pass.outputs) : pass.outputs;
    const off = tf.sub<tf.Tensor3D>(word, target);
    if (wanted) [lost = NaN] = download(meanLoss(pass.outputs, target, off, loss));
    return backward(widths, parameters, pass, tf.div(off, rows));
  });
  return { gradient, loss: lost };
}

function meanLoss(outputs: tf.Tensor3D, target: tf.Tensor3D, off: tf.Tensor3D, loss: Loss): tf.Tensor {
  if (loss === 'squared') return tf.mul(tf.mean(tf.square(off)), 0.5);
  // log(1 + e^z) − y·z
  return tf.mean(tf.sub(tf.softplus(outputs), tf.mul(outputs, target)));
}

function restore(
  snapshot: Snapshot | undefined,
  shape: [number, number],
): { step: number; state: AdamState<tf.Tensor2D> } | undefined {
  if (snapshot === undefined) return undefined;
  const tensor = (name: string): tf.Tensor2D => tf.tensor2d(arrayNamed(snapshot.arrays, name).data, shape);
  return {
    step: factsSchema.parse(snapshot.facts).step,
    state: { parameters: tensor('parameters'), mean: tensor('mean'), square: tensor('square') },
  };
}
