import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { SectionExposures } from '../../stats/neutral.js';
import { distinct } from '../cohorts.js';
import { dayIcs } from './ranking-day.js';
import type { GridLine, RankingGrid, RankingRows } from './ranking-rows.js';
import { rankingGrid } from './ranking-rows.js';
import type { DayExposure } from './score-nature.js';
import {
  KnownRanks,
  KnownTops,
  PERSISTENCE_BARS,
  correlationOfKnownRanks,
  dayExposure,
  topTurnover,
} from './score-nature.js';

export const EXPOSURE_NAMES = ['volatility', 'beta', 'tradedValue', 'sector', 'sectorByChance'] as const;

/** What the ranking figures need of one line in one cohort: a value per date of the tile; NaN: none. */
export interface RankingTileLine {
  readonly name: string;
  readonly kind: 'model' | 'factor';
  /** Rows with a score, and dates that have one. */
  readonly rows: number;
  readonly dates: number;
  /** Most symbols with score and return on a date, by horizon. */
  readonly most: readonly number[];
  /** Rank ICs, by horizon. */
  readonly raw: readonly Float64Array[];
  readonly neutral: readonly Float64Array[];
  /** By distance of `PERSISTENCE_BARS`. */
  readonly autocorrelation: readonly Float64Array[];
  readonly turnover: readonly Float64Array[];
  readonly exposure: Readonly<Record<(typeof EXPOSURE_NAMES)[number], Float64Array>>;
  /** Sums over the dates of the ICs within a sector, by sector of the tile and horizon: sum and number of dates. */
  readonly sectors: readonly (readonly SectorSums[])[];
}

export interface SectorSums {
  raw: number;
  rawDays: number;
  neutral: number;
  neutralDays: number;
}

/** The ranking figures' statistic of one cohort. */
export interface RankingTile {
  readonly cohort: string;
  readonly dates: readonly string[];
  readonly sectors: readonly string[];
  /** Whether exposures are known, so that there are neutral figures. */
  readonly neutral: boolean;
  readonly lines: readonly RankingTileLine[];
  /** By place of `dates` × `symbols`: what the backtest is made from, beside returns. */
  readonly symbols: readonly string[];
  readonly exposures: SectionExposures | undefined;
  readonly factorSum: Float64Array | undefined;
}

/** @param horizon Bars of the label. */
export function rankingTile(rows: RankingRows, horizon: number): RankingTile {
  const grid = rankingGrid(rows, horizon);
  const { dates, symbols, exposures } = grid;
  const sectors = distinct((exposures?.sector ?? []).filter((sector) => sector !== null));
  const lines = grid.lines.map((line) => emptyLine(line, grid, sectors.length));
  for (let day = 0; day < dates.length; day += 1) {
    const from = day * symbols.length;
    const to = from + symbols.length;
    const exposed = exposures && exposuresOn(exposures, from, to);
    const of = grid.lines.map(({ name, bars, score, returns }) => ({
      name,
      bars,
      score: score.subarray(from, to),
      returns: returns.map((column) => column.subarray(from, to)),
    }));
    const ics = dayIcs(of, exposed);
    const known = new KnownRanks();
    for (const [i, line] of lines.entries()) {
      for (const [at, ic] of (ics[i] ?? []).entries()) {
        line.most[at] = Math.max(line.most[at] ?? 0, ic.symbols);
        setAt(line.raw[at], day, ic.raw);
        setAt(line.neutral[at], day, ic.neutral);
        for (const { sector, raw, neutral } of ic.sectors)
          addTo(line.sectors[sectors.indexOf(sector)]?.[at], raw, neutral);
      }
      if (exposed === undefined) continue;
      const leaning = dayExposure(of[i]?.score ?? new Float64Array(0), exposed, known);
      for (const name of EXPOSURE_NAMES) setAt(line.exposure[name], day, leaning[name]);
    }
  }
  for (const [i, line] of lines.entries()) addPersistence(line, grid.lines[i]?.score, grid);
  return {
    ...{ cohort: rows.cohort, dates, sectors, neutral: exposures !== undefined, lines },
    ...{ symbols, exposures, factorSum: grid.lines.find(({ name }) => name === 'factorSum')?.score },
  };
}

interface MutableLine extends RankingTileLine {
  dates: number;
  readonly most: number[];
}

function emptyLine({ name, kind, rows }: GridLine, { dates }: RankingGrid, sectors: number): MutableLine {
  const daily = (): Float64Array => new Float64Array(dates.length).fill(NaN);
  const each = (list: readonly unknown[]): Float64Array[] => list.map(daily);
  const exposure: Record<keyof DayExposure, Float64Array> = {
    volatility: daily(),
    beta: daily(),
    tradedValue: daily(),
    sector: daily(),
    sectorByChance: daily(),
  };
  return {
    name,
    kind,
    rows,
    dates: 0,
    most: OUTCOME_HORIZONS.map(() => 0),
    raw: each(OUTCOME_HORIZONS),
    neutral: each(OUTCOME_HORIZONS),
    autocorrelation: each(PERSISTENCE_BARS),
    turnover: each(PERSISTENCE_BARS),
    exposure,
    sectors: Array.from({ length: sectors }, () =>
      OUTCOME_HORIZONS.map(() => ({ raw: 0, rawDays: 0, neutral: 0, neutralDays: 0 })),
    ),
  };
}

/** The score compared with itself, over the dates of the cohort that have one. */
function addPersistence(
  line: MutableLine,
  score: Float64Array | undefined,
  { dates, symbols }: RankingGrid,
): void {
  const scored = Array.from(dates.keys(), (day) => ({
    day,
    score: score?.subarray(day * symbols.length, (day + 1) * symbols.length) ?? new Float64Array(0),
  })).filter((one) => one.score.some((value) => !Number.isNaN(value)));
  line.dates = scored.length;
  const known = new KnownRanks();
  const tops = new KnownTops();
  for (const [at, bars] of PERSISTENCE_BARS.entries())
    for (const [i, { day, score: after }] of scored.entries()) {
      const before = scored[i - bars];
      if (before === undefined) continue;
      setAt(line.autocorrelation[at], day, correlationOfKnownRanks(before.score, after, known));
      setAt(line.turnover[at], day, topTurnover(before.score, after, tops));
    }
}

function exposuresOn(exposures: SectionExposures, from: number, to: number): SectionExposures {
  const part = (values: ArrayLike<number>): Float64Array => {
    const own = new Float64Array(to - from);
    for (let at = 0; at < own.length; at += 1) own[at] = values[from + at] ?? NaN;
    return own;
  };
  return {
    volatility: part(exposures.volatility),
    beta: part(exposures.beta),
    tradedValue: part(exposures.tradedValue),
    sector: exposures.sector.slice(from, to),
  };
}

function setAt(values: Float64Array | undefined, at: number, value: number): void {
  if (values !== undefined) values[at] = value;
}

function addTo(sums: SectorSums | undefined, raw: number, neutral: number): void {
  if (sums === undefined) return;
  if (!Number.isNaN(raw)) {
    sums.raw += raw;
    sums.rawDays += 1;
  }
  if (!Number.isNaN(neutral)) {
    sums.neutral += neutral;
    sums.neutralDays += 1;
  }
}
