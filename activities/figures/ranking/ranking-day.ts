import type { SectionExposures } from '../../stats/neutral.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import type { DaySubset } from './day-subset.js';
import { daySubset, knownPlaces, rankCorrelation, samePlaces } from './day-subset.js';

/** A score of one date and the returns of each horizon, by symbol; NaN unknown. */
export interface DayLine {
  readonly name: string;
  readonly bars: string;
  readonly score: Float64Array;
  readonly returns: readonly Float64Array[];
}

/** Rank ICs of one line at one horizon; NaN where there are too few symbols. */
export interface DayIc {
  /** Symbols with score and return. */
  readonly symbols: number;
  readonly raw: number;
  readonly neutral: number;
  /** Within each sector that has enough of these symbols. */
  readonly sectors: readonly { readonly sector: string; readonly raw: number; readonly neutral: number }[];
}

/**
 * Rank ICs of all lines and horizons on one date. Lines with the same symbols share their neutraliser and the ranks of
 * the returns.
 *
 * @returns By line, by horizon.
 */
export function dayIcs(lines: readonly DayLine[], exposures: SectionExposures | undefined): DayIc[][] {
  const subsets: DaySubset[] = [];
  return lines.map(({ name, bars, score, returns }) =>
    returns.map((column, horizon) => {
      const places = knownPlaces(score, column);
      if (places.length < MIN_RANKED_SYMBOLS)
        return { symbols: places.length, raw: NaN, neutral: NaN, sectors: [] };
      let subset = subsets.find((one) => samePlaces(one.places, places));
      if (subset === undefined) {
        subset = daySubset(places, exposures);
        subsets.push(subset);
      }
      const scored = subset.ranksOf(`score ${name}`, score);
      const earned = subset.ranksOf(`return ${bars} ${String(horizon)}`, column);
      return {
        symbols: places.length,
        raw: rankCorrelation(scored.raw, earned.raw),
        neutral: rankCorrelation(scored.neutral, earned.neutral),
        sectors: subset.sectors.map((sector, at) => {
          const [ofScore, ofReturn] = [scored.sectors[at], earned.sectors[at]];
          return {
            sector,
            raw: rankCorrelation(ofScore?.raw ?? null, ofReturn?.raw ?? null),
            neutral: rankCorrelation(ofScore?.neutral ?? null, ofReturn?.neutral ?? null),
          };
        }),
      };
    }),
  );
}
