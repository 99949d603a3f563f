import { longRunVariance } from './long-run-variance.js';
import type { LagWindow } from './long-run-variance.js';
import { mean } from './moments.js';
import { studentTail } from './student-t.js';

/** A test of equal predictive accuracy. */
export interface AccuracyTest {
  readonly dates: number;
  /** Mean difference of the losses. */
  readonly mean: number;
  /** With the small-sample correction; of n − 1 degrees of freedom. */
  readonly statistic: number;
  readonly window: LagWindow;
  /** One-sided: of "the mean difference is not above zero". */
  readonly pValue: number;
  /** Two-sided: of "the mean difference is zero". */
  readonly twoSided: number;
}

/**
 * Test of equal predictive accuracy (Diebold & Mariano, 1995): the mean difference of two losses over its standard
 * error, whose long-run variance counts `horizon` − 1 lags, since optimal forecasts of `horizon` steps have errors that
 * are correlated over as many. The statistic is corrected for small samples by √((n + 1 − 2h + h(h − 1)/n) / n) and
 * compared with Student's t of n − 1 degrees of freedom (Harvey, Leybourne & Newbold, 1997).
 *
 * @param differences Loss of the other forecast minus loss of the tested one, in the order of time: above zero where the
 * tested one is better.
 * @param horizon Steps that a forecast looks ahead, h.
 * @param window With `rectangular` the variance can be negative; the Bartlett window then stands in.
 * @returns Null with fewer than two values or not more than `horizon`, and where the differences do not vary.
 */
export function dieboldMariano(
  differences: ArrayLike<number>,
  horizon: number,
  window: LagWindow = 'rectangular',
): AccuracyTest | null {
  const n = differences.length;
  const average = mean(differences);
  if (average === null || n < 2 || n <= horizon) return null;
  const variance = longRunVariance(differences, horizon - 1, window);
  if (!(variance > 0))
    return window === 'rectangular' && horizon > 1 ? dieboldMariano(differences, horizon, 'bartlett') : null;
  const correction = (n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n;
  const statistic = (average / Math.sqrt(variance / n)) * Math.sqrt(correction);
  return {
    dates: n,
    mean: average,
    statistic,
    window,
    pValue: studentTail(statistic, n - 1),
    twoSided: 2 * studentTail(Math.abs(statistic), n - 1),
  };
}
