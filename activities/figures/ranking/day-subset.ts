import type { SectionExposures } from '../../stats/neutral.js';
import { MIN_NEUTRAL_SYMBOLS, neutralRanks, neutraliser } from '../../stats/neutral.js';
import { correlation, meanRanks } from '../../stats/correlation.js';

/** Ranks of one column over the symbols of a subset, raw and neutral; null where there is nothing to rank. */
export interface SubsetRanks {
  readonly raw: Float64Array;
  readonly neutral: Float64Array | null;
}

/** The symbols of a date that have both a score and a return. */
export interface DaySubset {
  /** Places among the symbols of the date. */
  readonly places: Int32Array;
  /**
   * Mean ranks of a column, and those of its neutral residual.
   *
   * @param name Of the column: it is ranked once.
   * @param values By place among the symbols of the date.
   */
  ranksOf(name: string, values: Float64Array): SubsetRanks;
}

/** Residuals that are this small a share of the ranks' squares are rounding errors: the exposures explain all. */
const NOTHING_LEFT = 1e-12;

/** @param exposures By place among the symbols of the date; undefined: no neutral ranks. */
export function daySubset(places: Int32Array, exposures: SectionExposures | undefined): DaySubset {
  const residual =
    exposures === undefined || places.length < MIN_NEUTRAL_SYMBOLS
      ? undefined
      : neutraliser({
          volatility: take(exposures.volatility, places),
          beta: take(exposures.beta, places),
          tradedValue: take(exposures.tradedValue, places),
          sector: Array.from(places, (place) => exposures.sector[place] ?? null),
        });
  const known = new Map<string, SubsetRanks>();
  return {
    places,
    ranksOf: (name, values) => {
      const ranks = known.get(name) ?? ranksOf(take(values, places), residual);
      known.set(name, ranks);
      return ranks;
    },
  };
}

function ranksOf(
  values: Float64Array,
  residual: ((values: ArrayLike<number>) => Float64Array) | undefined,
): SubsetRanks {
  const raw = meanRanks(values);
  if (residual === undefined) return { raw, neutral: null };
  const left = neutralRanks(values, residual);
  const middle = (values.length + 1) / 2;
  const variation = sumOfSquares(raw.map((rank) => (rank - middle) / values.length));
  return { raw, neutral: sumOfSquares(left) <= NOTHING_LEFT * variation ? null : meanRanks(left) };
}

/** Spearman's correlation from ranks; NaN where one side is missing or constant. */
export function rankCorrelation(a: Float64Array | null, b: Float64Array | null): number {
  return a === null || b === null ? NaN : (correlation(a, b) ?? NaN);
}

/** The values at some places. */
export function take(values: ArrayLike<number>, places: Int32Array): Float64Array {
  return Float64Array.from(places, (place) => values[place] ?? NaN);
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
