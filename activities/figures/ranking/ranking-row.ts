import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { RankingPart, RankingRow } from '../../../data/schemas/ranking-figures.js';
import { MIN_NEUTRAL_SYMBOLS, MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import { mean } from '../../stats/moments.js';
import { distinct } from '../cohorts.js';
import { dailyMean, rankIcFigure } from './daily-series.js';
import type { DailySeries } from './daily-series.js';
import type { RankingLine } from './ranking-result.js';
import { PERSISTENCE_BARS } from './score-nature.js';

const NO_EXPOSURES = 'the exposures of the symbols are unknown';

/** One line of the ranking tables. @param draws By horizon. */
export function rankingRow(
  line: RankingLine,
  dates: readonly string[],
  draws: readonly (readonly Int32Array[])[],
): RankingRow {
  const { name, kind, tiles } = line;
  const raw = OUTCOME_HORIZONS.map((_, at) => line.series((one) => one.raw[at]));
  const neutral = OUTCOME_HORIZONS.map((_, at) => line.series((one) => one.neutral[at]));
  const exposed = tiles.some(({ tile }) => tile.neutral);
  const exposure = (of: 'volatility' | 'beta' | 'tradedValue' | 'sector'): RankingRow['exposure']['beta'] =>
    dailyMean(
      line.series((one) => one.exposure[of]),
      exposed ? `no date has ${MIN_RANKED_SYMBOLS} symbols with both` : NO_EXPOSURES,
    );
  const whole = (of: 'rows' | 'dates'): number => tiles.reduce((sum, { line: one }) => sum + one[of], 0);
  return {
    name,
    kind,
    rows: whole('rows'),
    dates: whole('dates'),
    horizons: OUTCOME_HORIZONS.map((horizon, at) => ({
      horizon,
      raw: rankIcFigure(raw[at] ?? NONE, draws[at] ?? [], rawReason(line, at)),
      neutral: rankIcFigure(neutral[at] ?? NONE, draws[at] ?? [], neutralReason(line, at, exposed)),
    })),
    persistence: PERSISTENCE_BARS.map((bars, at) => ({
      bars,
      autocorrelation: dailyMean(
        line.series((one) => one.autocorrelation[at]),
        noPairs(bars),
      ),
      turnover: dailyMean(
        line.series((one) => one.turnover[at]),
        noPairs(bars),
      ),
    })),
    exposure: {
      volatility: exposure('volatility'),
      beta: exposure('beta'),
      tradedValue: exposure('tradedValue'),
      sector: exposure('sector'),
      sectorByChance: mean(knownOf(line.series((one) => one.exposure.sectorByChance))),
    },
    byTile: tiles.map(({ tile, line: one }) =>
      partOf(tile.cohort, (at) => [one.raw[at] ?? NONE, one.neutral[at] ?? NONE]),
    ),
    byYear: distinct(dates.map(yearOf)).map((year) => {
      const inYear = (series: DailySeries | undefined): DailySeries =>
        (series ?? NONE).filter((_, day) => yearOf(dates[day] ?? '') === year);
      return partOf(year, (at) => [inYear(raw[at]), inYear(neutral[at])]);
    }),
    bySector: sectorParts(line),
  };
}

const NONE: DailySeries = new Float64Array(0);

function partOf(part: string, seriesOf: (at: number) => readonly [DailySeries, DailySeries]): RankingPart {
  return {
    part,
    horizons: OUTCOME_HORIZONS.map((horizon, at) => {
      const [raw, neutral] = seriesOf(at).map(knownOf);
      return {
        horizon,
        raw: { days: raw?.length ?? 0, mean: mean(raw ?? NONE) },
        neutral: { days: neutral?.length ?? 0, mean: mean(neutral ?? NONE) },
      };
    }),
  };
}

/** Means over the dates within each sector, from the sums of the tiles. */
function sectorParts({ tiles }: RankingLine): RankingPart[] {
  const sectors = distinct(tiles.flatMap(({ tile }) => [...tile.sectors]));
  return sectors
    .map((sector): RankingPart => {
      const sums = tiles.flatMap(({ tile, line }) => {
        const own = line.sectors[tile.sectors.indexOf(sector)];
        return own === undefined ? [] : [own];
      });
      const over = (at: number, value: 'raw' | 'neutral', days: 'rawDays' | 'neutralDays') => {
        const count = sums.reduce((sum, one) => sum + (one[at]?.[days] ?? 0), 0);
        const total = sums.reduce((sum, one) => sum + (one[at]?.[value] ?? 0), 0);
        return { days: count, mean: count === 0 ? null : total / count };
      };
      return {
        part: sector,
        horizons: OUTCOME_HORIZONS.map((horizon, at) => ({
          horizon,
          raw: over(at, 'raw', 'rawDays'),
          neutral: over(at, 'neutral', 'neutralDays'),
        })),
      };
    })
    .filter(({ horizons }) => horizons.some(({ raw }) => raw.days > 0));
}

function rawReason({ tiles }: RankingLine, at: number): string {
  const most = Math.max(0, ...tiles.map(({ line }) => line.most[at] ?? 0));
  if (most === 0) return 'no row has both a score and a known return';
  if (most < MIN_RANKED_SYMBOLS) return tooFew(most, MIN_RANKED_SYMBOLS);
  return 'score or return do not differ between the symbols of any date';
}

function neutralReason(line: RankingLine, at: number, exposed: boolean): string {
  if (!exposed) return NO_EXPOSURES;
  const most = Math.max(0, ...line.tiles.map(({ line: one }) => one.most[at] ?? 0));
  if (most < MIN_RANKED_SYMBOLS) return rawReason(line, at);
  if (most < MIN_NEUTRAL_SYMBOLS) return tooFew(most, MIN_NEUTRAL_SYMBOLS);
  return 'the exposures explain the whole score';
}

function tooFew(most: number, least: number): string {
  return `at most ${most} ${most === 1 ? 'symbol' : 'symbols'} a date, fewer than ${least}`;
}

function noPairs(bars: number): string {
  return `no date has ${MIN_RANKED_SYMBOLS} symbols that had a score ${bars} ${bars === 1 ? 'bar' : 'bars'} before`;
}

function knownOf(series: DailySeries): DailySeries {
  return series.filter((value) => !Number.isNaN(value));
}

function yearOf(date: string): string {
  return date.slice(0, 'YYYY'.length);
}
