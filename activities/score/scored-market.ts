import { adjustSeries } from '../../data/bars/adjust-series.js';
import { prefixDigests } from '../../data/bars/prefix-digests.js';
import type { BarSeries } from '../../data/bars/series.js';
import { sliceBars } from '../../data/bars/series.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { extendCalendar, loadCalendar } from '../../data/calendar/calendar.js';
import { InvalidInputError } from '../../data/errors.js';
import type { Interval, SourceName } from '../../data/schemas/run-choices.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { ScoreLog } from '../../data/schemas/score-log.js';
import { isProvider } from '../../data/sources/provider.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import type { Home } from '../../data/store/home.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import { isMember } from '../../data/universe/membership.js';
import { ingestInMemory } from '../ingest/ingest-in-memory.js';
import type { BarSlots } from '../market/bar-slots.js';
import { barSlots } from '../market/bar-slots.js';
import { barsBefore } from '../market/load-feature-table.js';
import type { Membership } from '../market/membership.js';
import { membershipOf } from '../market/membership.js';
import { RANK_LOOKBACK_MARKET_BARS } from '../market/ranking/market-state.js';
import type { Sectors } from '../market/sectors.js';
import { sectorsOf } from '../market/sectors.js';
import { usableUntil } from '../market/usable-until.js';
import { scoringDates } from './scoring-dates.js';
import type { ScoringDates } from './scoring-dates.js';

/** Where the bars come from, where it is not where the run's came from. */
export interface OtherBars {
  readonly source?: SourceName;
  /** Absolute path of a folder of bar files. */
  readonly bars?: string;
}

/** The bars that are scored, as the features of the run need them. */
export interface ScoredMarket {
  readonly input: RunInput;
  readonly dates: ScoringDates;
  /** Adjusted, up to the newest complete session; those of the run's universe that can be used, by symbol. */
  readonly series: readonly BarSeries[];
  readonly slots: BarSlots;
  readonly membership: Membership;
  readonly sectors: Sectors;
  readonly calendar: Calendar;
  /** Time of the newest bar of any series, exchange minutes. */
  readonly newest: number;
  /** Everyone of the universe who is a member on the day of the newest bar, sorted. */
  readonly members: readonly string[];
  /** Everyone of the universe who was a member on any day of it. */
  readonly universe: ReadonlySet<string>;
  /** What the gates of the ingest say, and why series cannot be used. */
  readonly remarks: readonly string[];
}

export interface MarketDeps {
  readonly home: Home;
  readonly packageRoot: string;
  readonly nowMs: number;
}

/**
 * Reads the bars of a run's universe through the code of the ingest, with the run's own settings. A provider is never
 * called: its bars are those that an ingest has fetched.
 *
 * @param run What the run was started with.
 * @param asOf As for `scoringDates`.
 * @throws InvalidInputError when the bars do not go with what the run was trained on, or none can be used.
 */
export async function readScoredMarket(
  run: RunInput,
  { source, bars }: OtherBars,
  asOf: string | undefined,
  { home, packageRoot, nowMs }: MarketDeps,
): Promise<ScoredMarket> {
  const from = bars === undefined ? (source ?? run.source) : 'csv';
  requireSameMarket(run, { source: from, givenSource: source, bars });
  const calendar = loadCalendar(packageRoot);
  const dates = scoringDates({ ...run, source: from }, calendar, nowMs, asOf);
  const { bars: runBars, offline: _never, crossCheck: _other, completeUntil: _then, ...rest } = run;
  const folder = from === 'csv' ? (bars ?? runBars) : undefined;
  const input: RunInput = {
    ...rest,
    source: from,
    to: dates.to,
    ...(dates.completeUntil === undefined ? {} : { completeUntil: dates.completeUntil }),
    ...(folder === undefined ? {} : { bars: folder }),
    ...(isProvider(from) ? { offline: true } : {}),
  };
  const manifest = await ingestInMemory(input, { home, packageRoot });
  const until = usableUntil(manifest, input.to);
  const series = manifest.series.flatMap(({ symbol, corporateActions }) => {
    const raw = manifest.bars.get(symbol);
    if (raw === undefined) return [];
    const usable = barsBefore(adjustSeries(raw, corporateActions ?? []), until);
    return usable.time.length === 0 ? [] : [usable];
  });
  const newest = series.reduce((last, { time }) => Math.max(last, time.at(-1) ?? 0), 0);
  const refused = manifest.series.flatMap(({ status, reason }) =>
    status === 'refused' && reason !== null ? [reason] : [],
  );
  if (series.length === 0)
    throw new InvalidInputError([
      `there are no ${run.interval} bars of ${from} before ${input.to} that the run's settings can read` +
        (refused.length === 0 ? whereToGetBars(from) : `: ${refused.slice(0, 3).join('; ')}`),
    ]);
  const day = isoDate(dayOfMinutes(newest));
  const membership = membershipOf(manifest.series);
  const symbols = manifest.series.map(({ symbol }) => symbol);
  return {
    ...{ input, dates, series, membership, newest },
    slots: barSlots(calendar, manifest),
    sectors: sectorsOf(manifest.series),
    calendar: extendCalendar(calendar, manifest.observedSessions ?? []),
    members: symbols.filter((symbol) => isMember(membership.get(symbol), day)).sort(),
    universe: new Set(symbols),
    remarks: [...manifest.coverage.gates.map(({ message }) => message), ...refused],
  };
}

/** Synthetic bars and real ones are two markets, and a folder is read by the csv source alone. */
function requireSameMarket(
  run: RunInput,
  {
    source,
    givenSource,
    bars,
  }: {
    readonly source: SourceName;
    readonly givenSource: SourceName | undefined;
    readonly bars: string | undefined;
  },
): void {
  const problems = [
    ...(bars !== undefined && givenSource !== undefined && givenSource !== 'csv'
      ? [`bars: only the csv source reads a folder, not ${givenSource}; leave one of both out`]
      : []),
    ...(source !== run.source && (source === 'synthetic' || run.source === 'synthetic')
      ? [
          `source: the run learnt from ${run.source === 'synthetic' ? 'synthetic' : 'real'} bars and can say nothing about ${source === 'synthetic' ? 'synthetic' : 'real'} ones`,
        ]
      : []),
    ...(source === 'csv' && bars === undefined && run.bars === undefined
      ? ['bars: is required for the source csv: the folder with the bar files']
      : []),
    ...(source === 'yahoo' && run.interval !== '1day'
      ? [`source: the run learnt from ${run.interval} bars, which yahoo does not have`]
      : []),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
}

/** What to do where the home has no bars of a source. */
function whereToGetBars(source: SourceName): string {
  return isProvider(source) ? `: fetch them first, with gurukul ingest --source ${source}` : '';
}

/** Bars of one session at least as many as an ordinary one has. */
const SESSION_BARS: Readonly<Record<Interval, number>> = { '1day': 1, '5minute': 75 };
/** Sessions that exposures and ranks look back on, at most, with some to spare. */
const LOOKBACK_SESSIONS = 200;

/** Own bars that a row's numbers are computed from, at most. */
export function lookbackBars(interval: Interval): number {
  return Math.max(RANK_LOOKBACK_MARKET_BARS, LOOKBACK_SESSIONS * SESSION_BARS[interval]);
}

/** Digests of the bars that the newest rows are computed from: of each series, and of all. */
export function digestBars({ series, input }: Pick<ScoredMarket, 'series' | 'input'>): ScoreLog['bars'] {
  const most = lookbackBars(input.interval);
  const bySymbol = Object.fromEntries(
    series.map((bars) => {
      const last = sliceBars(bars, Math.max(0, bars.time.length - most), bars.time.length);
      return [bars.symbol, prefixDigests(last, [last.time.length]).get(last.time.length) ?? ''];
    }),
  );
  return { digest: sha256(canonicalJson(bySymbol)), series: bySymbol };
}
