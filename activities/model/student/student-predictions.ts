import type { Model, Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { STUDENT_VARIANTS } from '../../../data/predictions/student-variants.js';
import type { StudentVariant, VariantRows } from '../../../data/predictions/student-variants.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import type { CohortDates } from '../../../data/schemas/training-config.js';
import { baseRate } from '../teachers/window-outcome.js';
import type { StudentOutputs } from './student-outputs.js';
import type { RowOutputs, TaughtWindow } from './taught-windows.js';
import { STUDENT_SPLITS } from './taught-windows.js';

/** The part whose labels a base rate is known from. */
const KNOWN_PART = { validation: 'select', forward: 'fit' } as const;

/**
 * A student's predictions of the rows that its teachers predicted: window by window, validation rows, then forward rows,
 * by time.
 *
 * @param candidate The variant that is the student.
 */
export function studentPredictions(
  windows: readonly TaughtWindow[],
  outputs: readonly StudentOutputs[],
  candidate: StudentVariant,
  model: Model,
  cohort: CohortDates,
  dateOf: (minutes: number) => string,
): Predictions {
  const all = emptyPredictions();
  for (const [at, { symbol, window }] of windows.entries()) {
    const label = windowLabel(symbol, cohort.start, cohort.end);
    for (const split of STUDENT_SPLITS) {
      const own = split === 'forward' ? outputs[at]?.forward[candidate] : outputs[at]?.validation;
      const base = baseRate(window, KNOWN_PART[split]);
      window.rows[split].forEach((row, place) => {
        all.symbol.push(symbol);
        all.date.push(dateOf(window.table.time[row] ?? NaN));
        all.window.push(label);
        all.model.push(model);
        all.split.push(split);
        all.probability.push(own?.probability[place] ?? NaN);
        all.score.push(own?.score[place] ?? NaN);
        all.label.push(window.table.label[row] ?? NaN);
        all.forwardReturn.push(window.table.forwardReturn[row] ?? NaN);
        all.baseRate.push(base);
      });
    }
  }
  return all;
}

/** Outputs of all variants for the forward rows of {@link studentPredictions}, in their order. */
export function variantRows(outputs: readonly StudentOutputs[]): VariantRows {
  const of = (variant: StudentVariant): RowOutputs => ({
    probability: outputs.flatMap(({ forward }) => forward[variant].probability),
    score: outputs.flatMap(({ forward }) => forward[variant].score),
  });
  const [plain, reward, hard] = STUDENT_VARIANTS.map(of);
  if (plain === undefined || reward === undefined || hard === undefined)
    throw new RangeError('a variant is missing');
  return { plain, reward, hard };
}
