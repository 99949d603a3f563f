import type { SectionExposures } from '../../stats/neutral.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import type { DaySubset, SubsetRanks } from './day-subset.js';
import { daySubset, rankCorrelation } from './day-subset.js';

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
  const subsets = new Map<string, DaySubset>();
  return lines.map(({ name, bars, score, returns }) =>
    returns.map((column, horizon) => {
      const places = Int32Array.from(score.keys()).filter(
        (place) => !Number.isNaN(score[place]) && !Number.isNaN(column[place]),
      );
      if (places.length < MIN_RANKED_SYMBOLS)
        return { symbols: places.length, raw: NaN, neutral: NaN, sectors: [] };
      const key = places.join();
      const subset = subsets.get(key) ?? daySubset(places, exposures);
      subsets.set(key, subset);
      const scored = subset.ranksOf(`score ${name}`, score);
      const earned = subset.ranksOf(`return ${bars} ${String(horizon)}`, column);
      return {
        symbols: places.length,
        raw: rankCorrelation(scored.raw, earned.raw),
        neutral: rankCorrelation(scored.neutral, earned.neutral),
        sectors: exposures === undefined ? [] : sectorIcs(places, exposures.sector, scored, earned),
      };
    }),
  );
}

function sectorIcs(
  places: Int32Array,
  sectors: readonly (string | null)[],
  scored: SubsetRanks,
  earned: SubsetRanks,
): DayIc['sectors'] {
  const members = new Map<string, number[]>();
  places.forEach((place, at) => {
    const sector = sectors[place] ?? null;
    if (sector === null) return;
    const known = members.get(sector);
    if (known === undefined) members.set(sector, [at]);
    else known.push(at);
  });
  return Array.from(members).flatMap(([sector, own]) => {
    if (own.length < MIN_RANKED_SYMBOLS) return [];
    // Ranks of ranks among a part of the symbols are the ranks within the part.
    const within = (ranks: Float64Array | null): Float64Array | null =>
      ranks && rerank(Float64Array.from(own, (at) => ranks[at] ?? NaN));
    return [
      {
        sector,
        raw: rankCorrelation(within(scored.raw), within(earned.raw)),
        neutral: rankCorrelation(within(scored.neutral), within(earned.neutral)),
      },
    ];
  });
}

/** Mean ranks of a handful of values, by counting. */
function rerank(values: Float64Array): Float64Array {
  return values.map((value) => {
    let [less, equal] = [0, 0];
    for (const other of values) {
      if (other < value) less += 1;
      else if (other === value) equal += 1;
    }
    return less + (equal + 1) / 2;
  });
}
