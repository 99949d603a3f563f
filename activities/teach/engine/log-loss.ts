/** Natural logarithm of the odds. */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/**
 * Log-loss of a logit against a label or a soft label in [0, 1]: log(1 + e^z) − y·z, in the form that
 * does not overflow.
 */
export function logLossOf(value: number, label: number): number {
  return Math.max(value, 0) - value * label + Math.log1p(Math.exp(-Math.abs(value)));
}

/**
 * Share of ones, kept off 0 and 1 by half a label on either side (Jeffreys' prior), so that its logit is
 * a number even where all labels are alike.
 */
export function smoothedRate(ones: number, rows: number): number {
  return (ones + 0.5) / (rows + 1);
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Standard error of a mean of figures in order of time, where labels make `overlap` neighbours say the
 * same: there are only as many independent figures as labels fit side by side. Infinite below two.
 */
export function standardError(values: readonly number[], overlap: number): number {
  const independent = values.length / Math.max(1, overlap);
  if (values.length < 2 || independent <= 1) return Infinity;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / independent);
}
