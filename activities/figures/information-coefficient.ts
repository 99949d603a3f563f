import type { CrossSection } from './cross-section.js';
import { correlation, meanRanks } from '../stats/correlation.js';
import { mean, ratio, standardDeviation } from '../stats/moments.js';

/** Correlation between score and forward return over the symbols of a date. */
export interface DailyCorrelation {
  /** Index into the sample's dates. */
  readonly date: number;
  readonly value: number;
}

/** Information coefficient of every day: Pearson correlation of score and forward return. */
export function dailyIc(sections: readonly CrossSection[]): DailyCorrelation[] {
  return daily(sections, (section) => correlation(section.score, section.forwardReturn));
}

/** Rank IC of every day: Spearman correlation of score and forward return. */
export function dailyRankIc(sections: readonly CrossSection[]): DailyCorrelation[] {
  return daily(sections, (section) =>
    correlation(meanRanks(section.score), meanRanks(section.forwardReturn)),
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
