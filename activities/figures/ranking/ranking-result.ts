import { integersOf } from '../../../data/math/fill-columns.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { Ranking } from '../../../data/schemas/ranking-figures.js';
import { blockLength, datesPerSession, drawDates } from '../../stats/block-bootstrap.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import { distinct } from '../cohorts.js';
import type { DailySeries } from './daily-series.js';
import { rankingRow } from './ranking-row.js';
import type { RankingTile, RankingTileLine } from './ranking-tile.js';

/** Bars of the headline ranking figures. */
export const HEADLINE_HORIZON = 5;

/** Ranking figures with what tests need of them. */
export interface RankingResult {
  readonly ranking: Ranking;
  readonly dates: readonly string[];
  /** Daily rank ICs at the headline horizon, by line. */
  readonly headline: ReadonlyMap<string, { readonly raw: DailySeries; readonly neutral: DailySeries }>;
  /** The drawn dates of the headline horizon, the same for all lines. */
  readonly draws: readonly Int32Array[];
}

/** One line over all cohorts, by date. */
export interface RankingLine {
  readonly name: string;
  readonly kind: 'model' | 'factor';
  /** Its tiles, in the order of the cohorts. */
  readonly tiles: readonly { readonly tile: RankingTile; readonly line: RankingTileLine }[];
  /** A figure of the tiles by date; where several cohorts have a date, the mean of theirs. */
  series(of: (line: RankingTileLine) => Float64Array | undefined): DailySeries;
}

/**
 * How well scores rank: a day of one cohort was measured once, in its tile, and only the daily values go further.
 *
 * @param unordered One for each cohort, in any order.
 */
export function rankingResult(
  unordered: readonly RankingTile[],
  { seed }: { readonly seed: number },
): RankingResult {
  const tiles = [...unordered].sort((a, b) => (a.cohort < b.cohort ? -1 : 1));
  const dates = distinct(tiles.flatMap((tile) => [...tile.dates]));
  const perSession = datesPerSession(dates);
  // Horizons with blocks of one length share their draws.
  const draws = OUTCOME_HORIZONS.map((bars) => drawDates(dates.length, bars, seed, 'ranking', perSession));
  const lines = linesOf(tiles, dates);
  const headline = OUTCOME_HORIZONS.indexOf(HEADLINE_HORIZON);
  return {
    ranking: {
      minSymbols: { raw: MIN_RANKED_SYMBOLS, neutral: MIN_NEUTRAL_SYMBOLS },
      headline: HEADLINE_HORIZON,
      blocks: OUTCOME_HORIZONS.map((bars) => ({ horizon: bars, dates: blockLength(bars, perSession) })),
      rows: lines.map((line) => rankingRow(line, dates, draws)),
    },
    dates,
    headline: new Map(
      lines.map((line) => [
        line.name,
        {
          raw: line.series(({ raw }) => raw[headline]),
          neutral: line.series(({ neutral }) => neutral[headline]),
        },
      ]),
    ),
    draws: draws[headline] ?? [],
  };
}

/** Models that not every run has. */
const OPTIONAL_MODELS: readonly string[] = ['studentPlacebo', 'permuted'];

/** The lines of all tiles, in the order of the tiles' own lines. */
function linesOf(tiles: readonly RankingTile[], dates: readonly string[]): RankingLine[] {
  const place = new Map(dates.map((date, index) => [date, index]));
  const places = new Map(
    tiles.map((tile) => [tile, integersOf(tile.dates, (date) => place.get(date) ?? -1)]),
  );
  const names = new Map(tiles.flatMap(({ lines }) => lines.map(({ name, kind }) => [name, kind] as const)));
  const hasRows = (name: string): boolean =>
    tiles.some(({ lines }) => lines.some((line) => line.name === name && line.rows > 0));
  const known = [...names].filter(([name]) => !OPTIONAL_MODELS.includes(name) || hasRows(name));
  return known.map(([name, kind]) => {
    const own = tiles.flatMap((tile) =>
      tile.lines.filter((line) => line.name === name).map((line) => ({ tile, line })),
    );
    return {
      name,
      kind,
      tiles: own,
      series: (of) => {
        const sums = new Float64Array(dates.length);
        const counts = new Float64Array(dates.length);
        for (const { tile, line } of own)
          of(line)?.forEach((value, day) => {
            if (Number.isNaN(value)) return;
            const at = places.get(tile)?.[day] ?? -1;
            sums[at] = (sums[at] ?? 0) + value;
            counts[at] = (counts[at] ?? 0) + 1;
          });
        return sums.map((sum, at) => sum / (counts[at] ?? 0));
      },
    };
  });
}
