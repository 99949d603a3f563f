import type { Sequential } from '@tensorflow/tfjs';

import { log } from '../../../data/math/log.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import { mean } from '../../stats/moments.js';
import { baseRate } from '../teachers/window-outcome.js';
import type { TrainableWindow, WindowPart } from '../teachers/window-batch.js';
import type { CohortDates } from '../../../data/schemas/training-config.js';
import { studentProbabilities } from './student-model.js';
import type { TaughtRows } from './student-rows.js';

/** The student's figures and forward predictions for one window. */
export interface EvaluatedWindow {
  readonly symbol: string;
  readonly label: string;
  readonly window: TrainableWindow;
  /** Predicted probability of every forward row. */
  readonly forward: Float32Array;
  /** Its line in windows.jsonl. */
  readonly line: Readonly<Record<string, unknown>>;
}

/** Keeps logarithms finite where a probability is rounded to 0 or 1. */
const EPSILON = 1e-7;

/** Compares the student with a teacher on the rows that the teacher was fitted on, and predicts the forward rows. */
export function evaluateStudent(
  model: Sequential,
  { symbol, window, teacher }: TaughtRows,
  width: number,
  cohort: CohortDates,
): EvaluatedWindow {
  const predicted = probabilities(model, window, 'fit', width);
  const forward = probabilities(model, window, 'forward', width);
  const label = windowLabel(symbol, cohort.start, cohort.end);
  const pairs = [...teacher].map((expected, row) => [clamp(expected), clamp(predicted[row] ?? NaN)] as const);
  const losses = [...forward].map((value, place) => {
    const probability = clamp(value);
    return window.table.label[window.rows.forward[place] ?? -1] === 1
      ? -log(probability)
      : -log(1 - probability);
  });
  return {
    symbol,
    label,
    window,
    forward,
    line: {
      symbol,
      window: label,
      status: 'succeeded',
      error: null,
      message: null,
      rows: { fit: predicted.length, forward: forward.length },
      fidelity: {
        // Kullback–Leibler divergence of the student's probabilities from the teacher's, in nats.
        kl: mean(pairs.map(([p, q]) => p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)))),
        meanAbsoluteDifference: mean(pairs.map(([p, q]) => Math.abs(p - q))),
      },
      logLoss: { forward: losses.length === 0 ? null : mean(losses) },
    },
  };
}

/** Forward predictions of all windows, by symbol, then time. */
export function studentPredictions(
  windows: readonly EvaluatedWindow[],
  dateOf: (minutes: number) => string,
): Predictions {
  const rows = windows.flatMap((evaluated) => {
    const base = baseRate(evaluated.window, 'fit');
    return [...evaluated.window.rows.forward].map((row, place) => ({ ...evaluated, base, row, place }));
  });
  return {
    symbol: rows.map(({ symbol }) => symbol),
    date: rows.map(({ window, row }) => dateOf(window.table.time[row] ?? NaN)),
    window: rows.map(({ label }) => label),
    model: rows.map(() => 'student'),
    split: rows.map(() => 'forward'),
    probability: rows.map(({ forward, place }) => forward[place] ?? NaN),
    score: rows.map(({ forward, place }) => logitScore(forward[place] ?? NaN)),
    label: rows.map(({ window, row }) => window.table.label[row] ?? NaN),
    forwardReturn: rows.map(({ window, row }) => window.table.forwardReturn[row] ?? NaN),
    baseRate: rows.map(({ base }) => base),
  };
}

function probabilities(
  model: Sequential,
  { table, rows }: TrainableWindow,
  part: WindowPart,
  width: number,
): Float32Array {
  if (rows[part].length === 0) return new Float32Array(0);
  const features = new Float32Array(rows[part].length * width);
  rows[part].forEach((row, place) => {
    features.set(table.features.subarray(row * width, (row + 1) * width), place * width);
  });
  return studentProbabilities(model, features, width);
}

function clamp(probability: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, probability));
}
