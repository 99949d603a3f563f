import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import type { AdamState } from './adam.js';
import { adamStart, adamStep } from './adam.js';
import type { PhaseCheckpoint, Snapshot } from './checkpoint.js';
import { download } from './download.js';
import { arrayNamed } from './named-arrays.js';
import type { WindowBatch } from './window-batch.js';

/**
 * Trains a linear head for every window at once, S variants of it side by side: a shift of the prior's
 * logit by `scale · (features · head)`. The weights of a head are pulled to zero as by a standard normal
 * distribution (half their squared length is added to the sum of log-losses), so that `scale` is the
 * standard deviation that the shift is expected to have, and a scale of 0 is no adaptation.
 */
export interface HeadTask {
  readonly train: WindowBatch;
  /** Scale of each window and variant, row-major [W × S]; 0 where the batch has more windows. */
  readonly scales: Float32Array;
  readonly variants: number;
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

export interface HeadResult {
  /** [W × K × S]. */
  readonly heads: Float32Array;
  /** Epochs until a variant had converged [W × S]. */
  readonly epochs: Int32Array;
  /** 1 for a window whose loss was not a number. */
  readonly diverged: Uint8Array;
}

/** Adam's rate, in units of the heads' expected spread. */
const RATE = 0.1;
const MOST_EPOCHS = 60;
/** A variant has converged when an epoch changes its objective, a sum over some hundred rows, by less. */
const CONVERGED = 1e-3;

const factsSchema = z.strictObject({
  epoch: z.number(),
  objectives: z.array(z.number()),
  epochs: z.array(z.number()),
  active: z.array(z.number()),
  diverged: z.array(z.number()),
});
const STATE_NAMES = ['parameters', 'mean', 'square'] as const;

/** A variant stops inside the batch when it has converged or diverged; the others go on unchanged. */
export async function trainHeads(task: HeadTask): Promise<HeadResult> {
  const { train, variants, checkpoint, onStep } = task;
  const [windows, , width] = train.features.shape;
  const cells = windows * variants;
  const shape: [number, number, number] = [windows, width, variants];
  const scaleOf = padded(task.scales, cells);
  const scales = tf.tensor3d(scaleOf, [windows, 1, variants]);
  const saved = checkpoint.resumed === undefined ? undefined : restore(checkpoint.resumed, shape);
  let state = saved?.state ?? adamStart(tf.zeros<tf.Rank.R3>(shape));
  let epoch = saved?.facts.epoch ?? 0;
  const objectives = saved?.facts.objectives ?? new Array<number>(cells).fill(NEVER);
  const epochs = saved?.facts.epochs ?? new Array<number>(cells).fill(0);
  const active = saved?.facts.active ?? [...scaleOf].map((scale) => (scale > 0 ? 1 : 0));
  const diverged = saved?.facts.diverged ?? new Array<number>(windows).fill(0);
  const snapshot = (): Snapshot => ({
    facts: {
      epoch,
      objectives: [...objectives],
      epochs: [...epochs],
      active: [...active],
      diverged: [...diverged],
    } satisfies z.input<typeof factsSchema>,
    arrays: STATE_NAMES.map((name) => ({ name, shape, data: download(state[name]) })),
  });

  try {
    while (epoch < MOST_EPOCHS && active.includes(1)) {
      const { gradient, objectives: current } = headGradient(train, state.parameters, scales);
      let moving = 0;
      let sum = 0;
      current.forEach((objective, cell) => {
        if (active[cell] !== 1) return;
        const finite = Number.isFinite(objective);
        if (!finite) diverged[Math.floor(cell / variants)] = 1;
        if (!finite || Math.abs(objective - (objectives[cell] ?? NEVER)) < CONVERGED) {
          active[cell] = 0;
          return;
        }
        epochs[cell] = epoch + 1;
        objectives[cell] = objective;
        moving += 1;
        sum += objective;
      });
      const mayMove = tf.tensor3d(active, [windows, 1, variants]);
      state = adamStep(state, gradient, { rate: RATE, step: epoch + 1, active: mayMove });
      tf.dispose([gradient, mayMove]);
      epoch += 1;
      onStep(epoch, MOST_EPOCHS, sum / Math.max(moving, 1));
      await checkpoint.step(snapshot);
    }
    checkpoint.settle(snapshot());
    return {
      heads: download(state.parameters),
      epochs: Int32Array.from(epochs),
      diverged: Uint8Array.from(diverged),
    };
  } finally {
    tf.dispose([state.parameters, state.mean, state.square, scales]);
  }
}

/** An objective that no training has: the first epoch always changes it. */
const NEVER = -1;

/**
 * Shift of the prior's logits by trained heads, for every row of a batch [W × N × S].
 *
 * @param heads [W × K × S]
 * @param scales [W × S]
 */
export function headShifts(
  batch: WindowBatch,
  heads: Float32Array,
  scales: Float32Array,
  variants: number,
): Float32Array {
  return tf.tidy(() => {
    const [windows, , width] = batch.features.shape;
    return download(
      shiftsOf(
        batch,
        tf.tensor3d(padded(heads, windows * width * variants), [windows, width, variants]),
        tf.tensor3d(padded(scales, windows * variants), [windows, 1, variants]),
      ),
    );
  });
}

/** The values, then zeros. */
function padded(values: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(values);
  return longer;
}

function shiftsOf(batch: WindowBatch, heads: tf.Tensor3D, scales: tf.Tensor3D): tf.Tensor3D {
  return tf.mul(tf.matMul(batch.features, heads), scales);
}

/**
 * Gradient [W, K, S] of the objective of each window and variant, and the objective itself [W × S]: the
 * sum of log-losses over the window's rows plus half the squared length of the head.
 */
function headGradient(
  batch: WindowBatch,
  heads: tf.Tensor3D,
  scales: tf.Tensor3D,
): { gradient: tf.Tensor3D; objectives: Float32Array } {
  const { gradient, objective } = tf.tidy(() => {
    const logits = tf.add(batch.logits, shiftsOf(batch, heads, scales));
    // log(1 + e^z) − y·z
    const losses = tf.mul(tf.sub(tf.softplus(logits), tf.mul(logits, batch.labels)), batch.mask);
    const errors = tf.sub(tf.sigmoid(logits), batch.labels);
    const slope = tf.mul<tf.Tensor3D>(tf.mul(errors, batch.mask), scales);
    return {
      gradient: tf.add<tf.Tensor3D>(tf.matMul(batch.features, slope, true, false), heads),
      objective: tf.add(tf.sum(losses, 1), tf.mul(tf.sum(tf.square(heads), 1), 0.5)),
    };
  });
  const objectives = download(objective);
  objective.dispose();
  return { gradient, objectives };
}

function restore(
  snapshot: Snapshot,
  shape: [number, number, number],
): { facts: z.output<typeof factsSchema>; state: AdamState<tf.Tensor3D> } {
  const tensor = (name: string): tf.Tensor3D => tf.tensor3d(arrayNamed(snapshot.arrays, name).data, shape);
  return {
    facts: factsSchema.parse(snapshot.facts),
    state: { parameters: tensor('parameters'), mean: tensor('mean'), square: tensor('square') },
  };
}
