import { log } from '../../../data/math/log.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import type { CohortDates } from '../../../data/schemas/training-config.js';
import { mean } from '../../stats/moments.js';
import type { RowOutputs, TaughtWindow } from './taught-windows.js';

/** Keeps logarithms finite where a probability is rounded to 0 or 1. */
const EPSILON = 1e-7;

/** A window's line in windows.jsonl: how close the student comes to the teacher on rows that neither has seen. */
export function studentLine(
  { symbol, window, teacher }: TaughtWindow,
  student: RowOutputs,
  cohort: CohortDates,
): Readonly<Record<string, unknown>> {
  const pairs = teacher.forward.probability.map(
    (expected, row) => [clamp(expected), clamp(student.probability[row] ?? NaN)] as const,
  );
  const losses = student.probability.map((value, place) => {
    const probability = clamp(value);
    return window.table.label[window.rows.forward[place] ?? -1] === 1
      ? -log(probability)
      : -log(1 - probability);
  });
  return {
    symbol,
    window: windowLabel(symbol, cohort.start, cohort.end),
    status: 'succeeded',
    error: null,
    message: null,
    rows: { validation: window.rows.validation.length, forward: window.rows.forward.length },
    fidelity: {
      // Kullback–Leibler divergence of the student's probabilities from the teacher's, in nats.
      kl: mean(pairs.map(([p, q]) => p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)))),
      meanAbsoluteDifference: mean(pairs.map(([p, q]) => Math.abs(p - q))),
      // Share of rows whose scores have the same sign.
      agreement: mean(
        teacher.forward.score.map((score, row) =>
          Math.sign(score) === Math.sign(student.score[row] ?? NaN) ? 1 : 0,
        ),
      ),
    },
    logLoss: { forward: losses.length === 0 ? null : mean(losses) },
  };
}

function clamp(probability: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, probability));
}
