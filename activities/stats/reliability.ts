import type { ScoreOrder } from './auc.js';

/** Bins of the reliability diagram. */
export const CALIBRATION_BINS = 10;

/** One bin of the reliability diagram. */
export interface CalibrationBin {
  readonly rows: number;
  readonly low: number;
  readonly high: number;
  readonly meanProbability: number;
  /** Share of ones. */
  readonly observedRate: number;
}

/**
 * The reliability diagram with bins of equal count: with a base rate of a third, most bins of equal width would be
 * empty. Equal probabilities are in the same bin.
 */
export function reliability(
  order: ScoreOrder,
  probability: Float64Array,
  label: Uint8Array,
): CalibrationBin[] {
  const rows = order.row.length;
  const bins: CalibrationBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= CALIBRATION_BINS; bin += 1) {
    const wanted = Math.floor((bin * rows) / CALIBRATION_BINS);
    if (wanted <= start) continue;
    const end = order.tieEnd[wanted - 1] ?? rows;
    let sum = 0;
    let ones = 0;
    for (let place = start; place < end; place += 1) {
      const row = order.row[place] ?? 0;
      sum += probability[row] ?? 0;
      ones += label[row] ?? 0;
    }
    bins.push({
      rows: end - start,
      low: probability[order.row[start] ?? 0] ?? NaN,
      high: probability[order.row[end - 1] ?? 0] ?? NaN,
      meanProbability: sum / (end - start),
      observedRate: ones / (end - start),
    });
    start = end;
  }
  return bins;
}

/**
 * Expected calibration error: the mean over rows of |observed rate − mean probability| in the row's bin (Naeini,
 * Cooper & Hauskrecht, 2015). Null without rows.
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number | null {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  if (rows === 0) return null;
  return (
    bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.observedRate - bin.meanProbability), 0) / rows
  );
}
