import type { SectionExposures } from '../../stats/neutral.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import { centredRanks } from '../../stats/centred-ranks.js';
import { meanRanks } from '../../stats/correlation.js';
import { TOP_SHARE, topPlaces } from '../top-share.js';
import { knownPlaces, rankCorrelation, samePlaces, take } from './day-subset.js';

/** Distances in bars at which a score is compared with itself. */
export const PERSISTENCE_BARS = [1, 5] as const;

/** What the score of one date leans on; NaN where too few symbols are known. */
export interface DayExposure {
  readonly volatility: number;
  readonly beta: number;
  readonly tradedValue: number;
  readonly sector: number;
  readonly sectorByChance: number;
}

/**
 * Rank correlations of a score with the exposures, and the share of its ranks' variance between sectors.
 *
 * @param known Of the date.
 */
export function dayExposure(
  score: Float64Array,
  exposures: SectionExposures,
  known?: KnownRanks,
): DayExposure {
  return {
    volatility: correlationOfKnownRanks(score, exposures.volatility, known),
    beta: correlationOfKnownRanks(score, exposures.beta, known),
    tradedValue: correlationOfKnownRanks(score, exposures.tradedValue, known),
    ...betweenSectors(score, exposures.sector),
  };
}

/** Ranks of columns at some places, each made once: most columns are known at the same places. */
export class KnownRanks {
  readonly #known = new Map<
    ArrayLike<number>,
    { readonly places: Int32Array; readonly ranks: Float64Array }[]
  >();

  /** Mean ranks of a column at some places. @param values Not changed later. */
  of(values: ArrayLike<number>, places: Int32Array): Float64Array {
    const known = this.#known.get(values) ?? [];
    const earlier = known.find((one) => samePlaces(one.places, places));
    if (earlier !== undefined) return earlier.ranks;
    const ranks = meanRanks(take(values, places));
    known.push({ places, ranks });
    this.#known.set(values, known);
    return ranks;
  }
}

/** Spearman's correlation over the symbols where both are known. */
export function correlationOfKnownRanks(
  a: Float64Array,
  b: ArrayLike<number>,
  known = new KnownRanks(),
): number {
  const places = knownPlaces(a, b);
  if (places.length < MIN_RANKED_SYMBOLS) return NaN;
  return rankCorrelation(known.of(a, places), known.of(b, places));
}

/** Symbols of the top tenth of columns at some places, each found once. */
export class KnownTops {
  readonly #known = new Map<ArrayLike<number>, { readonly places: Int32Array; readonly top: Int32Array }[]>();

  /** Places of the top tenth among `places`, as indices into these. @param values Not changed later. */
  of(values: ArrayLike<number>, places: Int32Array): Int32Array {
    const known = this.#known.get(values) ?? [];
    const earlier = known.find((one) => samePlaces(one.places, places));
    if (earlier !== undefined) return earlier.top;
    const top = topPlaces(take(values, places), TOP_SHARE);
    known.push({ places, top });
    this.#known.set(values, known);
    return top;
  }
}

/**
 * Share of the top tenth of a date that was not in the top tenth of an earlier one; of the symbols that both dates
 * have, at least {@link MIN_RANKED_SYMBOLS}.
 */
export function topTurnover(before: Float64Array, after: Float64Array, known = new KnownTops()): number {
  const places = knownPlaces(before, after);
  if (places.length < MIN_RANKED_SYMBOLS) return NaN;
  const old = known.of(before, places);
  const top = known.of(after, places);
  return top.filter((place) => !old.includes(place)).length / top.length;
}

/** The correlation ratio η² of the score's ranks (Fisher), and (k − 1) / (n − 1), what it is by chance. */
function betweenSectors(
  score: Float64Array,
  sectors: readonly (string | null)[],
): Pick<DayExposure, 'sector' | 'sectorByChance'> {
  const all = new Int32Array(score.length);
  let known = 0;
  for (let place = 0; place < all.length; place += 1)
    if (!Number.isNaN(score[place]) && (sectors[place] ?? null) !== null) {
      all[known] = place;
      known += 1;
    }
  const places = all.subarray(0, known);
  const sums = new Map<string, { sum: number; count: number }>();
  let total = 0;
  // Centred ranks have a mean of 0.
  centredRanks(take(score, places)).forEach((rank, at) => {
    const sector = sectors[places[at] ?? 0] ?? '';
    const { sum, count } = sums.get(sector) ?? { sum: 0, count: 0 };
    sums.set(sector, { sum: sum + rank, count: count + 1 });
    total += rank * rank;
  });
  if (places.length < MIN_RANKED_SYMBOLS || sums.size < 2 || total === 0)
    return { sector: NaN, sectorByChance: NaN };
  let between = 0;
  for (const { sum, count } of sums.values()) between += (sum * sum) / count;
  return { sector: between / total, sectorByChance: (sums.size - 1) / (places.length - 1) };
}
