import { doublesOf, placesOf } from '../../../data/math/fill-columns.js';
import type { DailyMean, RankIcFigure } from '../../../data/schemas/ranking-figures.js';
import { confidenceInterval, standardError } from '../../stats/block-bootstrap.js';
import { mean, ratio, standardDeviation } from '../../stats/moments.js';

/** A figure by date, by index into all dates; NaN where a date has none. */
export type DailySeries = Float64Array;

/**
 * Standard errors away from zero at which a true effect is found with 80 % power by a two-sided test at 5 %: the
 * normal quantiles 1.96 + 0.84 (Bloom, 1995: minimum detectable effect).
 */
export const DETECTABLE_ERRORS = 2.8;

/** Mean over the dates that have a value. @param reason Why there is none. */
export function dailyMean(series: DailySeries, reason: string): DailyMean {
  const known = series.filter((value) => !Number.isNaN(value));
  const average = mean(known);
  return { days: known.length, mean: average, reason: average === null ? reason : null };
}

/** A rank IC with what block bootstrap says of it. @param draws How often each date was drawn, by replicate. */
export function rankIcFigure(
  series: DailySeries,
  draws: readonly Int32Array[],
  reason: string,
): RankIcFigure {
  const known = series.filter((value) => !Number.isNaN(value));
  const average = dailyMean(series, reason);
  const deviation = standardDeviation(known, 1);
  const replicates = replicateMeans(series, draws);
  const error = average.mean === null ? null : standardError(replicates);
  return {
    ...average,
    deviation,
    icir: ratio(average.mean, deviation),
    ...(average.mean === null ? { low: null, high: null } : confidenceInterval(replicates)),
    standardError: error,
    detectable: error === null ? null : DETECTABLE_ERRORS * error,
  };
}

/** The mean of each replicate; null where it has no date with a value. */
export function replicateMeans(series: DailySeries, draws: readonly Int32Array[]): (number | null)[] {
  const days = placesOf(series).filter((day) => !Number.isNaN(series[day]));
  const values = doublesOf(days, (day) => series[day] ?? NaN);
  return draws.map((weight) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < days.length; i += 1) {
      const times = weight[days[i] ?? 0] ?? 0;
      sum += (values[i] ?? 0) * times;
      count += times;
    }
    return count === 0 ? null : sum / count;
  });
}

/** The difference on the dates that both have. */
export function difference(a: DailySeries, b: DailySeries): DailySeries {
  return a.map((value, day) => value - (b[day] ?? NaN));
}
