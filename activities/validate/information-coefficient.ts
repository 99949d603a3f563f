import type { CrossSection } from './cross-section.js';
import { mean, ratio, standardDeviation } from './moments.js';

/** A day's correlation between probability and forward return over the symbols. */
export interface DailyCorrelation {
  /** Index into the sample's dates. */
  readonly date: number;
  readonly value: number;
}

/** Pearson correlation; null when either side is constant. */
export function correlation(x: Float64Array, y: Float64Array): number | null {
  const meanX = mean(x);
  const meanY = mean(y);
  if (meanX === null || meanY === null) return null;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i += 1) {
    const dx = (x[i] ?? 0) - meanX;
    const dy = (y[i] ?? 0) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // A constant column leaves a few bits of rounding behind, whose correlation means nothing.
  const flat = (squares: number, centre: number): boolean => squares <= 1e-24 * x.length * centre * centre;
  if (flat(xx, meanX) || flat(yy, meanY)) return null;
  return xy / Math.sqrt(xx * yy);
}

/** Ranks from 1, ties sharing their mean rank (as Spearman's correlation wants them). */
export function meanRanks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let place = start; place < end; place += 1) ranks[order[place] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Information coefficient of every day: Pearson correlation of probability and forward return. */
export function dailyIc(sections: readonly CrossSection[]): DailyCorrelation[] {
  return daily(sections, (section) => correlation(section.probability, section.forwardReturn));
}

/** Rank IC of every day: Spearman correlation of probability and forward return. */
export function dailyRankIc(sections: readonly CrossSection[]): DailyCorrelation[] {
  return daily(sections, (section) =>
    correlation(meanRanks(section.probability), meanRanks(section.forwardReturn)),
  );
}

/** Mean, standard deviation (ddof 1) and their ratio, the ICIR (not annualised, as qlib reports it). */
export function summariseIc(days: readonly DailyCorrelation[]): {
  days: number;
  mean: number | null;
  deviation: number | null;
  icir: number | null;
} {
  const values = days.map((day) => day.value);
  const average = mean(values);
  const deviation = standardDeviation(values, 1);
  return { days: values.length, mean: average, deviation, icir: ratio(average, deviation) };
}

function daily(
  sections: readonly CrossSection[],
  measure: (section: CrossSection) => number | null,
): DailyCorrelation[] {
  return sections.flatMap((section) => {
    const value = measure(section);
    return value === null ? [] : [{ date: section.date, value }];
  });
}
