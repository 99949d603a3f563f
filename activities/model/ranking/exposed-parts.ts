import { lowerBound } from '../../../data/bars/series.js';
import { MIN_NEUTRAL_SYMBOLS } from '../../stats/neutral.js';
import { Regression } from '../../stats/regression.js';
import { sectionColumns, sectorNumbers } from './rank-design.js';
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
 * @returns By symbol.
 */
export function exposedParts(
  { symbols }: Pick<RankTable, 'symbols'>,
  { from, until, scores }: SpannedScores,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, ExposedPart> {
  const first = symbols.map(({ time }) => lowerBound(time, from));
  const parts = new Map(
    symbols.flatMap(({ symbol, time }, place): [string, ExposedPart][] =>
      wanted.has(symbol)
        ? [
            [
              symbol,
              {
                first: first[place] ?? 0,
                values: new Float64Array(lowerBound(time, until) - (first[place] ?? 0)),
              },
            ],
          ]
        : [],
    ),
  );
  const sectors = sectorNumbers({ symbols });
  const regression = new Regression(symbols.length);
  /** By symbol: the row after that of the current time. */
  const cursor = Int32Array.from(first);
  const rowOf = (place: number): number => (cursor[place] ?? 0) - 1;
  const explained = (places: readonly number[]): Float64Array => {
    const section = Int32Array.from(places);
    const rows = section.map(rowOf);
    const own = new Float64Array(section.length);
    section.forEach((place, at) => {
      own[at] = scores[place]?.[(rows[at] ?? -1) - (first[place] ?? 0)] ?? NaN;
    });
    const residual = own.slice();
    regression.fit(sectionColumns({ symbols }, sectors, section, rows));
    regression.takeOut(residual);
    return own.map((score, at) => score - (residual[at] ?? NaN));
  };
  const put = (place: number, value: number | undefined): void => {
    const part = parts.get(symbols[place]?.symbol ?? '');
    if (part !== undefined) part.values[rowOf(place) - part.first] = value ?? NaN;
  };
  for (const minutes of timesBetween(symbols, first, until)) {
    const [members, others]: [number[], number[]] = [[], []];
    symbols.forEach(({ symbol, time, complete, member }, place) => {
      const row = cursor[place] ?? 0;
      if (time[row] !== minutes) return;
      cursor[place] = row + 1;
      if (complete[row] !== 1) return;
      if (member[row] === 1) members.push(place);
      else if (wanted.has(symbol)) others.push(place);
    });
    if (members.length < MIN_NEUTRAL_SYMBOLS) continue;
    const values = explained(members);
    members.forEach((place, at) => put(place, values[at]));
    for (const place of others) put(place, explained([...members, place]).at(-1));
  }
  return parts;
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
