import { doubles } from '../../../data/math/fill-columns.js';
import type { RankingTile } from '../ranking/ranking-tile.js';
import type { Sample } from '../sample.js';

/** What is known of each row of a sample beside its score and returns; NaN: unknown. */
export interface RowsMarket {
  readonly beta: Float64Array;
  readonly volatility: Float64Array;
  readonly tradedValue: Float64Array;
  /** Null: unknown. */
  readonly sector: readonly (string | null)[];
  /** The sum of the simple factors. */
  readonly factorSum: Float64Array;
}

/** Looks the rows of a sample up in the cohorts' grids; undefined where no cohort knows exposures. */
export function rowsMarket(sample: Sample, tiles: readonly RankingTile[]): RowsMarket | undefined {
  if (!tiles.some(({ exposures }) => exposures !== undefined)) return undefined;
  const places = sample.cohorts.map((cohort) => {
    const tile = tiles.find((one) => one.cohort === cohort);
    return tile === undefined ? undefined : placesIn(sample, tile);
  });
  const column = (of: (tile: RankingTile) => ArrayLike<number> | undefined): Float64Array => {
    const columns = places.map((place) => place && of(place.tile));
    return doubles(sample.rows, (row) => {
      const cohort = sample.cohort[row] ?? -1;
      return columns[cohort]?.[places[cohort]?.of(row) ?? -1] ?? NaN;
    });
  };
  return {
    beta: column(({ exposures }) => exposures?.beta),
    volatility: column(({ exposures }) => exposures?.volatility),
    tradedValue: column(({ exposures }) => exposures?.tradedValue),
    sector: Array.from({ length: sample.rows }, (_, row) => {
      const place = places[sample.cohort[row] ?? -1];
      return place?.tile.exposures?.sector[place.of(row)] ?? null;
    }),
    factorSum: column(({ factorSum }) => factorSum),
  };
}

/** Where the rows of a cohort stand in its grid; -1: nowhere. */
function placesIn(
  { dates, symbols, date, symbol }: Sample,
  tile: RankingTile,
): { readonly tile: RankingTile; readonly of: (row: number) => number } {
  const dayOf = new Map(tile.dates.map((day, at) => [day, at]));
  const symbolOf = new Map(tile.symbols.map((name, at) => [name, at]));
  const days = dates.map((day) => dayOf.get(day) ?? -1);
  const columns = symbols.map((name) => symbolOf.get(name) ?? -1);
  return {
    tile,
    of: (row) => {
      const [day, column] = [days[date[row] ?? -1] ?? -1, columns[symbol[row] ?? -1] ?? -1];
      return day < 0 || column < 0 ? -1 : day * tile.symbols.length + column;
    },
  };
}
