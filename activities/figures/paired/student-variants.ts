import { integersOf } from '../../../data/math/fill-columns.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { VariantRows } from '../../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS } from '../../../data/predictions/student-variants.js';
import type { IndexedMarket } from '../market-rows.js';
import type { PairedDays, PairedOutputs } from './paired-days.js';
import { pairedDays } from './paired-days.js';

export type VariantDays = PairedDays<(typeof STUDENT_VARIANTS)[number]>;

/** The students that a cohort compared, on their common forward rows. */
export interface CohortVariants {
  readonly predictions: Predictions;
  /** The student's forward rows of the cohort. */
  readonly rows: readonly number[];
  /** Place of each of the student's rows among its forward rows. */
  readonly place: Int32Array;
  readonly variants: VariantRows;
}

/** Place of each row among the forward rows, as the rows of variants are numbered; -1 for any other row. */
export function forwardPlaces({ split }: Pick<Predictions, 'split'>): Int32Array {
  let count = 0;
  return integersOf(split, (part) => {
    if (part !== 'forward') return -1;
    count += 1;
    return count - 1;
  });
}

/** Figures by date of a cohort's students. */
export function variantDays(
  { predictions, rows, place, variants }: CohortVariants,
  market: IndexedMarket | undefined,
): VariantDays {
  const { symbol, date, label } = predictions;
  const own = <T>(column: readonly T[]): T[] =>
    rows.flatMap((row) => {
      const value = column[row];
      return value === undefined ? [] : [value];
    });
  const of = ({ probability, score }: PairedOutputs): PairedOutputs => ({
    probability: rows.map((row) => probability[place[row] ?? -1] ?? NaN),
    score: rows.map((row) => score[place[row] ?? -1] ?? NaN),
  });
  return pairedDays(STUDENT_VARIANTS, {
    predictions: { symbol: own(symbol), date: own(date), label: own(label) },
    rows: [...rows.keys()],
    outputs: { plain: of(variants.plain), reward: of(variants.reward), hard: of(variants.hard) },
    market,
  });
}
