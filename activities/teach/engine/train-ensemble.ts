import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { randomStream } from '../../../data/random.js';
import type { AdamState } from './adam.js';
import { adamStart, adamStep } from './adam.js';
import type { PhaseCheckpoint, Snapshot } from './checkpoint.js';
import { download } from './download.js';
import type { EpochJudge } from './epoch-judge.js';
import { chooseEpoch, sessionMeans } from './epoch-judge.js';
import { logLossOf, logit, mean, smoothedRate } from './log-loss.js';
import { arrayNamed } from './named-arrays.js';
import type { Widths } from './network.js';
import { backward, forward, initialParameters, kernelMask, parameterCount } from './network.js';
import type { RowSet } from './row-set.js';
import { gatherRows, onesOf } from './row-set.js';
import type { Scaler } from './scaler.js';

/** How an ensemble is trained. */
export interface EnsembleSettings {
  /** Hidden widths; the features come before, one logit after. */
  readonly hidden: readonly number[];
  readonly members: number;
  readonly batchRows: number;
  /** Adam's rate in the first epoch; it falls as 1/√epoch. */
  readonly rate: number;
  /** Weight decay on kernels. */
  readonly decay: number;
  /** Length of training, unless the judge knows better. */
  readonly epochs: number;
}

/** A trained ensemble: the mean of its members' logits is its word. */
export interface Ensemble {
  readonly widths: Widths;
  readonly members: number;
  /** [members × P]. */
  readonly parameters: Float32Array;
  readonly scaler: Scaler;
}

export interface EnsembleTask {
  readonly rows: RowSet;
  readonly scaler: Scaler;
  readonly settings: EnsembleSettings;
  /** A number: exactly as many epochs. A judge: as many as it says, zero (the base rate) included. */
  readonly epochs: number | EpochJudge;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  readonly checkpoint: PhaseCheckpoint;
  /** Told after every batch. */
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

export interface EnsembleResult {
  readonly ensemble: Ensemble;
  readonly epochs: number;
  /** Mean log-loss on the judging rows after 0, 1, … epochs; empty without a judge. */
  readonly history: readonly number[];
}

const EVALUATION_ROWS = 8192;
const SMALLEST_BATCH = 256;
const BATCHES_AT_LEAST = 6;
const STATE_NAMES = ['parameters', 'mean', 'square'] as const;

const factsSchema = z.strictObject({
  /** Epochs that are complete. */
  epoch: z.number(),
  /** Batches of the running epoch that are complete. */
  batch: z.number(),
  /** Per epoch from 0 on, the log-loss of every judging session. */
  verdicts: z.array(z.array(z.number())),
});

/** Trains the members of an ensemble side by side on the same mini-batches, from different starts. */
export async function trainEnsemble(task: EnsembleTask): Promise<EnsembleResult> {
  const { rows, scaler, settings, seed, checkpoint, onStep } = task;
  const { members, rate } = settings;
  const judge = typeof task.epochs === 'number' ? undefined : task.epochs;
  const last = typeof task.epochs === 'number' ? task.epochs : settings.epochs;
  const widths = [rows.table.names.length, ...settings.hidden, 1];
  const count = rows.row.length;
  const batchRows = batchSize(count, settings.batchRows);
  const batches = Math.ceil(count / batchRows);

  const shape: [number, number] = [members, parameterCount(widths)];
  const bias = logit(smoothedRate(onesOf(rows), count));
  const start = initialParameters(widths, members, bias, randomStream([...seed, 'start']));
  const decay = tf.tidy(() => tf.tensor2d(kernelMask(widths), [1, shape[1]]).mul(settings.decay));
  const saved = restore(checkpoint.resumed, shape);
  let { epoch, batch } = saved?.facts ?? { epoch: 0, batch: 0 };
  const verdicts = saved?.facts.verdicts ?? [];
  const kept = saved?.kept ?? [start];
  let state = saved?.state ?? adamStart(tf.tensor2d(start, shape));
  const ensembleOf = (parameters: Float32Array): Ensemble => ({ widths, members, parameters, scaler });
  const snapshot = (): Snapshot => ({
    facts: { epoch, batch, verdicts: [...verdicts] } satisfies z.input<typeof factsSchema>,
    arrays: [
      ...STATE_NAMES.map((name) => ({ name, shape, data: download(state[name]) })),
      ...kept.map((data, after) => ({ name: `after/${after}`, shape, data })),
    ],
  });

  try {
    if (judge !== undefined && verdicts.length === 0) verdicts.push(sessionLosses(ensembleOf(start), judge));
    while (batches > 0 && epoch < last) {
      const order = randomStream([...seed, 'epoch', epoch]).shuffle(
        Int32Array.from({ length: count }, (_, row) => row),
      );
      while (batch < batches) {
        const indices = order.subarray(batch * batchRows, (batch + 1) * batchRows);
        const { gradient, loss } = ensembleGradient(
          widths,
          state.parameters,
          gatherRows(rows, scaler, indices),
        );
        const step = epoch * batches + batch + 1;
        state = adamStep(state, gradient, { rate: rate / Math.sqrt(1 + epoch), step, decay });
        gradient.dispose();
        batch += 1;
        if (batch === batches) {
          [epoch, batch] = [epoch + 1, 0];
          const parameters = download(state.parameters);
          kept.push(parameters);
          if (judge !== undefined) verdicts.push(sessionLosses(ensembleOf(parameters), judge));
        }
        onStep(step, last * batches, loss);
        await checkpoint.step(snapshot);
        if (batch === 0) break;
      }
    }
    checkpoint.settle(snapshot());
    const epochs = judge === undefined ? epoch : chooseEpoch(verdicts, judge.sessionsPerLabel);
    return {
      ensemble: ensembleOf(kept[epochs] ?? start),
      epochs,
      history: verdicts.filter((losses) => losses.length > 0).map((losses) => mean(losses)),
    };
  } finally {
    tf.dispose([state.parameters, state.mean, state.square, decay]);
  }
}

/** Batches have at most as many rows as is fast, and few rows still make some steps an epoch. */
function batchSize(rows: number, most: number): number {
  return Math.min(most, Math.max(SMALLEST_BATCH, Math.ceil(rows / BATCHES_AT_LEAST)));
}

/** Mean of the members' logits for every row of a set, in chunks. */
export function ensembleLogits(ensemble: Ensemble, rows: RowSet): Float32Array {
  const { widths, members, scaler } = ensemble;
  const logits = new Float32Array(rows.row.length);
  const parameters = tf.tensor2d(ensemble.parameters, [members, parameterCount(widths)]);
  for (let from = 0; from < logits.length; from += EVALUATION_ROWS) {
    const length = Math.min(EVALUATION_ROWS, logits.length - from);
    const { features } = gatherRows(
      rows,
      scaler,
      Int32Array.from({ length }, (_, index) => from + index),
    );
    const chunk = tf.tidy(() => {
      const input = tf.tensor3d(features, [1, length, widths[0] ?? 0]);
      return download(tf.mean(forward(widths, parameters, input).logits, 0));
    });
    logits.set(chunk, from);
  }
  parameters.dispose();
  return logits;
}

/** Mean log-loss of every session that judges. */
function sessionLosses(ensemble: Ensemble, judge: EpochJudge): number[] {
  const logits = ensembleLogits(ensemble, judge.rows);
  return sessionMeans(judge, (row) => logLossOf(logits[row] ?? NaN, judge.rows.label[row] ?? NaN));
}

/** Gradient of the mean log-loss by the members' parameters, and the mean log-loss itself. */
function ensembleGradient(
  widths: Widths,
  parameters: tf.Tensor2D,
  { features, labels }: { readonly features: Float32Array; readonly labels: Float32Array },
): { gradient: tf.Tensor2D; loss: number } {
  const rows = labels.length;
  let loss = NaN;
  const gradient = tf.tidy(() => {
    const pass = forward(widths, parameters, tf.tensor3d(features, [1, rows, widths[0] ?? 0]));
    const wanted = tf.tensor3d(labels, [1, rows, 1]);
    const slope = tf.div<tf.Tensor3D>(tf.sub(tf.sigmoid(pass.logits), wanted), rows);
    // log(1 + e^z) − y·z
    [loss = NaN] = download(tf.mean(tf.sub(tf.softplus(pass.logits), tf.mul(pass.logits, wanted))));
    return backward(widths, parameters, pass, slope);
  });
  return { gradient, loss };
}

function restore(
  snapshot: Snapshot | undefined,
  shape: [number, number],
): { facts: z.output<typeof factsSchema>; state: AdamState<tf.Tensor2D>; kept: Float32Array[] } | undefined {
  if (snapshot === undefined) return undefined;
  const tensor = (name: string): tf.Tensor2D => tf.tensor2d(arrayNamed(snapshot.arrays, name).data, shape);
  return {
    facts: factsSchema.parse(snapshot.facts),
    state: { parameters: tensor('parameters'), mean: tensor('mean'), square: tensor('square') },
    kept: snapshot.arrays.filter(({ name }) => name.startsWith('after/')).map(({ data }) => data),
  };
}
