import { lowerBound } from '../../../data/bars/series.js';
import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import { MIN_NEUTRAL_SYMBOLS } from '../../stats/neutral.js';
import { NO_SECTOR, Regression } from '../../stats/regression.js';
import { sectorNumbers } from './rank-design.js';

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
  { symbols }: Pick<FeatureTable, 'symbols'>,
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
  const section = new Section(symbols, sectors, first, scores);
  const cursor = Int32Array.from(first);
  for (const minutes of timesBetween(symbols, first, until)) {
    section.start();
    const others: number[] = [];
    symbols.forEach(({ time, complete, member }, place) => {
      const row = cursor[place] ?? 0;
      if (time[row] !== minutes) return;
      cursor[place] = row + 1;
      if (complete[row] !== 1) return;
      if (member[row] === 1) section.add(place, row);
      else others.push(place);
    });
    if (section.size < MIN_NEUTRAL_SYMBOLS) continue;
    const put = (place: number, row: number, value: number): void => {
      const part = parts.get(symbols[place]?.symbol ?? '');
      if (part !== undefined) part.values[row - part.first] = value;
    };
    section.explained().forEach(([place, row, value]) => put(place, row, value));
    for (const place of others) {
      if (!wanted.has(symbols[place]?.symbol ?? '')) continue;
      const row = (cursor[place] ?? 0) - 1;
      section.add(place, row);
      const [, , value = 0] = section.explained().at(-1) ?? [];
      section.drop();
      put(place, row, value);
    }
  }
  return parts;
}

/** The symbols of one time, whose scores are regressed; its buffers are used again. */
class Section {
  private readonly places: number[] = [];
  private readonly rows: number[] = [];
  private readonly regression: Regression;
  private readonly exposures: readonly Float64Array[];
  private readonly sector: Int32Array;

  constructor(
    private readonly symbols: readonly Pick<SymbolTable, 'exposures'>[],
    private readonly sectors: Int32Array,
    private readonly first: readonly number[],
    private readonly scores: readonly ArrayLike<number>[],
  ) {
    const capacity = symbols.length;
    this.regression = new Regression(capacity);
    this.exposures = [new Float64Array(capacity), new Float64Array(capacity), new Float64Array(capacity)];
    this.sector = new Int32Array(capacity);
  }

  get size(): number {
    return this.places.length;
  }

  start(): void {
    this.places.length = 0;
    this.rows.length = 0;
  }

  add(place: number, row: number): void {
    this.places.push(place);
    this.rows.push(row);
  }

  /** Takes the last one out again. */
  drop(): void {
    this.places.pop();
    this.rows.pop();
  }

  /** Symbol, row and what the exposures explain of its score, in the order of adding. */
  explained(): [number, number, number][] {
    const [volatility, beta, tradedValue] = this.exposures;
    this.places.forEach((place, at) => {
      const row = this.rows[at] ?? -1;
      const own = this.symbols[place]?.exposures;
      if (volatility !== undefined) volatility[at] = own?.volatility[row] ?? NaN;
      if (beta !== undefined) beta[at] = own?.beta[row] ?? NaN;
      if (tradedValue !== undefined) tradedValue[at] = own?.tradedValue[row] ?? NaN;
      this.sector[at] = this.sectors[place] ?? NO_SECTOR;
    });
    const count = this.size;
    this.regression.fit({ exposures: this.exposures, sector: this.sector, count });
    const scores = Float64Array.from(this.places, (place, at) => {
      const row = (this.rows[at] ?? -1) - (this.first[place] ?? 0);
      return this.scores[place]?.[row] ?? NaN;
    });
    const residual = scores.slice();
    this.regression.takeOut(residual);
    return this.places.map((place, at) => [
      place,
      this.rows[at] ?? -1,
      (scores[at] ?? NaN) - (residual[at] ?? NaN),
    ]);
  }
}

/** Every time from the first rows on at which any symbol has a bar, ascending. */
function timesBetween(
  symbols: readonly Pick<SymbolTable, 'time'>[],
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
