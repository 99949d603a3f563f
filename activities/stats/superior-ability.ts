import { log } from '../../data/math/log.js';
import { mean, standardDeviation } from './moments.js';

/** A test whether any alternative is better than the benchmark. */
export interface SuperiorAbility {
  /** Largest studentised mean gain, 0 if none is above zero. */
  readonly statistic: number;
  /** Index of the alternative with the largest one. */
  readonly best: number;
  /** p-values by how alternatives are centred that are worse than the benchmark; `consistent` is the one to use. */
  readonly lower: number;
  readonly consistent: number;
  readonly upper: number;
}

export interface SuperiorAbilityOptions {
  /** Whether each gain is divided by its standard error. Without it, the noisiest alternative dominates. @default true */
  readonly studentise?: boolean;
}

/**
 * Test for superior predictive ability (Hansen, 2005) of the null hypothesis "no alternative is better than the
 * benchmark". A small p-value says that some alternative is better, whatever their number; a large one does not say that
 * the benchmark is.
 *
 * T = max(0, max_k √n d̄ₖ / ωₖ), with ωₖ² = n times the variance of the replicates' means; its distribution is that of
 * max(0, max_k √n (d̄*ₖ − g(d̄ₖ)) / ωₖ) over the replicates, and a p-value the share of them that are not below T. `upper`
 * takes g(d) = d, as White's reality check (2000); `lower` max(0, d); `consistent` d where √n d / ω is at least
 * −√(2 ln ln n), else 0: an alternative that is clearly worse must not count as a contender.
 *
 * @param gains By alternative: its performance minus that of the benchmark, by period; above zero where it is better. An
 * alternative whose replicates do not vary is left out.
 * @param draws How often each period was drawn, by replicate of a block bootstrap: circular as `drawDates`, or stationary.
 * @returns Null without draws or alternatives, and with fewer than three periods.
 */
export function superiorAbility(
  gains: readonly Float64Array[],
  draws: readonly Int32Array[],
  { studentise = true }: SuperiorAbilityOptions = {},
): SuperiorAbility | null {
  const n = gains[0]?.length ?? 0;
  if (n < 3 || draws.length < 2) return null;
  const root = Math.sqrt(n);
  const alternatives = gains.flatMap((gain, index): Alternative[] => {
    const average = mean(gain) ?? NaN;
    const replicates = draws.map((weight) => weightedMean(gain, weight));
    const deviation = root * (standardDeviation(replicates, 1) ?? NaN);
    return deviation > 0 ? [{ index, average, replicates, deviation }] : [];
  });
  const scaled = (value: number, { deviation }: Alternative): number =>
    (root * value) / (studentise ? deviation : 1);
  const statistics = alternatives.map((one) => scaled(one.average, one));
  const largest = Math.max(...statistics);
  const best = alternatives[statistics.indexOf(largest)];
  if (best === undefined) return null;
  const statistic = Math.max(0, largest);
  const clearlyWorse = -Math.sqrt(2 * log(log(n)));
  const shareOf = (centre: (one: Alternative) => number): number => {
    const centres = alternatives.map(centre);
    const exceeding = draws.filter((_, draw) =>
      alternatives.some(
        (one, at) => scaled((one.replicates[draw] ?? NaN) - (centres[at] ?? NaN), one) >= statistic,
      ),
    );
    return statistic === 0 ? 1 : exceeding.length / draws.length;
  };
  return {
    statistic,
    best: best.index,
    lower: shareOf(({ average }) => Math.max(0, average)),
    consistent: shareOf(({ average, deviation }) =>
      (root * average) / deviation >= clearlyWorse ? average : 0,
    ),
    upper: shareOf(({ average }) => average),
  };
}

interface Alternative {
  readonly index: number;
  readonly average: number;
  /** Means of the replicates. */
  readonly replicates: readonly number[];
  /** ωₖ. */
  readonly deviation: number;
}

function weightedMean(values: Float64Array, weight: Int32Array): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < values.length; at += 1) {
    sum += (values[at] ?? NaN) * (weight[at] ?? 0);
    count += weight[at] ?? 0;
  }
  return sum / count;
}
