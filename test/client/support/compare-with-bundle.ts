import { expect } from 'chai';
import type { z } from 'zod';

import type { Predictions } from '../../../data/predictions/prediction.js';
import type { scoreRowSchema } from '../../../data/schemas/score-log.js';

/** What TensorFlow computed in single precision for the bundle, and plain arithmetic for the newest bar. */
const TOLERANCE = 1e-6;

/** What `gurukul score --json` prints of a day, as far as the bundle says it, too. */
interface ScoredDay {
  readonly cohort: string;
  readonly rows: readonly z.output<typeof scoreRowSchema>[];
}

/**
 * Compares the scores of days that the run predicted with the predictions in its bundle.
 *
 * @param every Of so many dates one is compared, and the last.
 * @returns Rows that were compared.
 */
export async function compareWithBundle(
  predictions: Predictions,
  every: number,
  scored: (date: string) => Promise<ScoredDay>,
): Promise<number> {
  const dates = [...new Set(predictions.date)].sort();
  let compared = 0;
  for (const date of dates.filter((_, at) => at % every === 0 || at === dates.length - 1)) {
    const { rows, cohort } = await scored(date);
    for (const [at, day] of predictions.date.entries()) {
      if (day !== date || !(predictions.window[at] ?? '').endsWith(cohort)) continue;
      const row = rows.find(({ symbol }) => symbol === predictions.symbol[at]);
      expect(row?.date).to.equal(date);
      expect(row?.probability).to.be.closeTo(predictions.probability[at] ?? NaN, TOLERANCE);
      expect(row?.score).to.be.closeTo(predictions.score[at] ?? NaN, TOLERANCE);
      expect(row?.baseRate).to.equal(predictions.baseRate[at]);
      compared += 1;
    }
  }
  return compared;
}
