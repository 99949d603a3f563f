import { integersOf } from '../../../data/math/fill-columns.js';
import { lowerBound } from '../../../data/bars/series.js';
import { MIN_NEUTRAL_SYMBOLS } from '../../stats/neutral.js';
import { NO_SECTOR, Regression } from '../../stats/regression.js';
import { sectorNumbers } from './rank-design.js';
import type { RankSymbol, RankTable } from './rank-model.js';

/** Scores of every symbol of a table at the rows of a span of time. */
export interface SpannedScores {
  /** Exchange minutes, half-open. */
  readonly from: number;
  readonly until: number;
  /** By symbol of the table: one score per row in the span. */
  readonly scores: readonly ArrayLike<number>[];
}

/** What volatility, beta, traded value and sector explain of the scores of one symbol. */
export interface ExposedPart {
  /** The first row of the span. */
  readonly first: number;
  /** One value per row of the span; 0 on days with fewer than 25 members. */
  readonly values: Float64Array;
}

/**
 * What the exposures explain of each score: the fit of the regression of the day's scores on the controls of the
 * neutral target, over the members with a complete row. A score without it is neutral, as its target is: expected
 * return relative to comparable symbols. A symbol that is no member is compared with the members.
 *
 * @param wanted Symbols whose parts are needed; the regressions are those of all members.
 * @param ofMembers From {@link memberParts}.
 * @returns By symbol.
 */
export function exposedParts(
  table: Pick<RankTable, 'symbols'>,
  spanned: SpannedScores,
  wanted: ReadonlySet<string>,
  ofMembers = memberParts(table, spanned),
): ReadonlyMap<string, ExposedPart> {
  const { symbols } = table;
  const apart = symbols.map((own) => wanted.has(own.symbol) && hasOtherRows(own, spanned));
  const parts = ofMembers.map((part, place) =>
    apart[place] === true ? { ...part, values: part.values.slice() } : part,
  );
  if (apart.includes(true)) {
    const explained = explainer(table, spanned);
    eachSection(table, spanned, (members, others, rowOf) => {
      for (const place of others) {
        const part = parts[place];
        if (part === undefined || apart[place] !== true) continue;
        part.values[rowOf(place) - part.first] = explained([...members, place], rowOf).at(-1) ?? NaN;
      }
    });
  }
  return new Map(
    symbols.flatMap(({ symbol }, place): [string, ExposedPart][] => {
      const part = parts[place];
      return part === undefined || !wanted.has(symbol) ? [] : [[symbol, part]];
    }),
  );
}

/** The part of every symbol, in the table's order, at the times when it is a member; 0 at others. */
export function memberParts(
  table: Pick<RankTable, 'symbols'>,
  spanned: SpannedScores,
): readonly ExposedPart[] {
  const parts = table.symbols.map(({ time }) => {
    const first = lowerBound(time, spanned.from);
    return { first, values: new Float64Array(lowerBound(time, spanned.until) - first) };
  });
  const explained = explainer(table, spanned);
  eachSection(table, spanned, (members, _, rowOf) => {
    const values = explained(members, rowOf);
    members.forEach((place, at) => {
      const part = parts[place];
      if (part !== undefined) part.values[rowOf(place) - part.first] = values[at] ?? NaN;
    });
  });
  return parts;
}

/** Whether a symbol has a complete row in the span at which it is no member. */
function hasOtherRows(
  { time, complete, member }: Pick<RankSymbol, 'time' | 'complete' | 'member'>,
  { from, until }: SpannedScores,
): boolean {
  for (let row = lowerBound(time, from); row < time.length && (time[row] ?? Infinity) < until; row += 1)
    if (complete[row] === 1 && member[row] !== 1) return true;
  return false;
}

/** The row of a symbol at the current time. */
type RowOf = (place: number) => number;

/** The fit of the scores of some symbols at the current time, in their order. */
function explainer(
  { symbols }: Pick<RankTable, 'symbols'>,
  { from, until, scores }: SpannedScores,
): (places: readonly number[], rowOf: RowOf) => Float64Array {
  const first = symbols.map(({ time }) => lowerBound(time, from));
  // Symbol after symbol: see `openStoredTable`.
  const spans = symbols.map((own, place) => {
    const [start, end] = [first[place] ?? 0, lowerBound(own.time, until)];
    const part = own.between?.(start, end);
    const { volatility, beta, tradedValue } = (part ?? own).exposures;
    const columns = [volatility, beta, tradedValue];
    return part === undefined ? columns.map((of) => of.slice(start, end)) : columns;
  });
  const sectors = sectorNumbers({ symbols });
  const regression = new Regression(symbols.length);
  return (places, rowOf) => {
    const count = places.length;
    const own = new Float64Array(count);
    const exposures = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    places.forEach((place, at) => {
      const row = rowOf(place) - (first[place] ?? 0);
      own[at] = scores[place]?.[row] ?? NaN;
      exposures.forEach((column, exposure) => (column[at] = spans[place]?.[exposure]?.[row] ?? NaN));
    });
    const residual = own.slice();
    const sector = integersOf(places, (place) => sectors[place] ?? NO_SECTOR);
    regression.fit({ exposures, sector, count });
    regression.takeOut(residual);
    return own.map((score, at) => score - (residual[at] ?? NaN));
  };
}

/** Visits the times of a span with enough members; complete rows alone take part. */
function eachSection(
  { symbols }: Pick<RankTable, 'symbols'>,
  { from, until }: SpannedScores,
  visit: (members: readonly number[], others: readonly number[], rowOf: RowOf) => void,
): void {
  const first = symbols.map(({ time }) => lowerBound(time, from));
  /** By symbol: the row after that of the current time. */
  const cursor = Int32Array.from(first);
  const rowOf = (place: number): number => (cursor[place] ?? 0) - 1;
  for (const minutes of timesBetween(symbols, first, until)) {
    const [members, others]: [number[], number[]] = [[], []];
    symbols.forEach(({ time, complete, member }, place) => {
      const row = cursor[place] ?? 0;
      if (time[row] !== minutes) return;
      cursor[place] = row + 1;
      if (complete[row] !== 1) return;
      if (member[row] === 1) members.push(place);
      else others.push(place);
    });
    if (members.length >= MIN_NEUTRAL_SYMBOLS) visit(members, others, rowOf);
  }
}

/** Every time from the first rows on at which any symbol has a bar, ascending. */
function timesBetween(
  symbols: readonly Pick<RankSymbol, 'time'>[],
  first: readonly number[],
  until: number,
): Float64Array {
  const times = new Set<number>();
  symbols.forEach(({ time }, place) => {
    for (let row = first[place] ?? 0; row < time.length && (time[row] ?? Infinity) < until; row += 1)
      times.add(time[row] ?? NaN);
  });
  return Float64Array.from(times).sort();
}
