import type { Neutraliser, SectionExposures } from '../../stats/neutral.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS, neutraliser } from '../../stats/neutral.js';
import { correlation, ranksInGroups, ranksInOrder } from '../../stats/correlation.js';
import { ascendingOrder } from '../../stats/order.js';

/** Ranks of one column over the symbols of a subset, raw and neutral; null where there is nothing to rank. */
export interface SubsetRanks {
  readonly raw: Float64Array;
  readonly neutral: Float64Array | null;
  /** The same among the symbols of each of the subset's sectors. */
  readonly sectors: readonly Omit<SubsetRanks, 'sectors'>[];
}

/** The symbols of a date that have both a score and a return. */
export interface DaySubset {
  /** Places among the symbols of the date. */
  readonly places: Int32Array;
  /** Sectors with enough of these symbols to rank. */
  readonly sectors: readonly string[];
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
  const sectors = sectorPlaces(places, exposures?.sector ?? []);
  const members = [...sectors.values()];
  const groups = groupsOf(members, places.length);
  const ranked = (values: Float64Array): ColumnRanks => {
    const order = ascendingOrder(values);
    const inGroups = ranksInGroups(values, order, groups, members.length);
    return {
      ranks: ranksInOrder(values, order),
      bySector: members.map((own) => take(inGroups, own)),
    };
  };
  const known = new Map<string, SubsetRanks>();
  return {
    places,
    sectors: [...sectors.keys()],
    ranksOf: (name, values) => {
      const earlier = known.get(name);
      if (earlier !== undefined) return earlier;
      const raw = ranked(take(values, places));
      const left = residual === undefined ? null : residualOf(raw.ranks, residual);
      const neutral = left && ranked(left);
      const ranks: SubsetRanks = {
        raw: raw.ranks,
        neutral: neutral?.ranks ?? null,
        sectors: members.map((_, at) => ({
          raw: raw.bySector[at] ?? NO_RANKS,
          neutral: neutral && (neutral.bySector[at] ?? NO_RANKS),
        })),
      };
      known.set(name, ranks);
      return ranks;
    },
  };
}

const NO_RANKS = new Float64Array(0);

/** Mean ranks of a column, and those among the symbols of each sector. */
interface ColumnRanks {
  readonly ranks: Float64Array;
  readonly bySector: readonly Float64Array[];
}

/** Number of the sector of each place; −1: of none that is ranked. */
function groupsOf(members: readonly Int32Array[], count: number): Int32Array {
  const groups = new Int32Array(count).fill(-1);
  for (const [number, own] of members.entries()) for (const at of own) groups[at] = number;
  return groups;
}

/** Places within the subset of each sector that has enough symbols, in order of appearance. */
function sectorPlaces(
  places: Int32Array,
  sectors: readonly (string | null)[],
): ReadonlyMap<string, Int32Array> {
  const members = new Map<string, number[]>();
  places.forEach((place, at) => {
    const sector = sectors[place] ?? null;
    if (sector !== null) members.set(sector, [...(members.get(sector) ?? []), at]);
  });
  return new Map(
    [...members]
      .filter(([, own]) => own.length >= MIN_RANKED_SYMBOLS)
      .map(([sector, own]) => [sector, Int32Array.from(own)]),
  );
}

/** What the exposures leave of the centred ranks; null where they explain all. @param ranks Mean ranks. */
function residualOf(ranks: Float64Array, residual: Neutraliser): Float64Array | null {
  const count = ranks.length;
  // (less − greater) / 2n, as `centredRanks` has it.
  const centred = ranks.map((rank) => (2 * rank - 1 - count) / (2 * count));
  let variation = 0;
  for (let at = 0; at < count; at += 1) {
    const deviation = ((ranks[at] ?? NaN) - (count + 1) / 2) / count;
    variation += deviation * deviation;
  }
  const left = residual(centred);
  return sumOfSquares(left) <= NOTHING_LEFT * variation ? null : left;
}

/** Spearman's correlation from ranks; NaN where one side is missing or constant. */
export function rankCorrelation(a: Float64Array | null, b: Float64Array | null): number {
  return a === null || b === null ? NaN : (correlation(a, b) ?? NaN);
}

/** The values at some places. */
export function take(values: ArrayLike<number>, places: Int32Array): Float64Array {
  const taken = new Float64Array(places.length);
  for (let at = 0; at < places.length; at += 1) taken[at] = values[places[at] ?? 0] ?? NaN;
  return taken;
}

/** Places where both columns have a value. */
export function knownPlaces(a: ArrayLike<number>, b: ArrayLike<number>): Int32Array {
  const places = new Int32Array(a.length);
  let count = 0;
  for (let place = 0; place < a.length; place += 1)
    if (!Number.isNaN(a[place] ?? NaN) && !Number.isNaN(b[place] ?? NaN)) {
      places[count] = place;
      count += 1;
    }
  return places.subarray(0, count);
}

export function samePlaces(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
