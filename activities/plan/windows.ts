import { lowerBound } from '../../data/bars/series.js';
import type { ErrorType } from '../../data/errors.js';
import { ERROR_TYPES, InvalidInputError } from '../../data/errors.js';
import type { MembershipSpan, SeriesRecord } from '../../data/schemas/ingest.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { slotsAhead } from '../../data/schemas/label-rule.js';
import type { Plan, PlanItem, SkipReason } from '../../data/schemas/plan.js';
import { SKIP_REASONS } from '../../data/schemas/plan.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { dayNumber, dayOfMinutes, isoDate, startOfDate } from '../../data/time/dates.js';
import { describeMembership, isMember } from '../../data/universe/membership.js';
import type { BarSlots } from '../market/bar-slots.js';
import { LOOKBACK_BARS, marketWarmTime } from '../market/features/lookback.js';
import type { CohortSplit } from '../market/splits/splits.js';
import { cohortBounds, fittedRows, isTrainable } from '../market/splits/splits.js';
import { cohortId, planCohorts } from './cohorts.js';
import type { PlannedRows } from './planned-rows.js';
import { plannedRows, timesBefore } from './planned-rows.js';

/** A shorter rest at the end of the range is not planned. */
export const MIN_TILE_DAYS = 7;
/** Minimum number of sessions to train a window. */
export const MIN_WINDOW_SESSIONS = 40;
/**
 * Minimum number of a window's sessions with complete features: half of {@link MIN_WINDOW_SESSIONS}, so that a
 * symbol that lists inside a window is not trained on warm-up rows alone.
 */
export const MIN_KNOWN_SESSIONS = 20;

/** Dates of a window, ISO, half-open `[start, end)`. */
export interface Tile {
  readonly start: string;
  readonly end: string;
}

/** A symbol's bars, for the plan. */
export interface SeriesCoverage {
  readonly status: SeriesRecord['status'];
  /** Why a series is excluded or refused. */
  readonly reason: string | null;
  /** Error type of a refused series. */
  readonly error: ErrorType | null;
  /** Bar times in exchange minutes, ascending, including the history before `from`. */
  readonly time: Int32Array;
  /** Listing date in the universe file, ISO. */
  readonly listed: string | null;
  /** When the company was a member of the index; absent: at every date. */
  readonly membership?: readonly MembershipSpan[] | undefined;
}

/** Inputs of a plan. */
export interface PlanSource {
  /** By symbol, in any order. */
  readonly coverage: ReadonlyMap<string, SeriesCoverage>;
  /** `to` is the end of the run's data. */
  readonly config: Pick<RunConfig, 'from' | 'to' | 'windowDays' | 'shardWindows'> & LabelRule;
  readonly slots: BarSlots;
}

/**
 * Tiles `[from, to)`: each window ends where the next starts, so that no bar is in two. The last one is cut
 * at `to`, and omitted when it is shorter than {@link MIN_TILE_DAYS}.
 *
 * @throws InvalidInputError when the range is too short for a window.
 */
export function tileWindows(from: string, to: string, windowDays: number): Tile[] {
  if (!Number.isInteger(windowDays) || windowDays < MIN_TILE_DAYS)
    throw new InvalidInputError([
      `window-days: must be a whole number of at least ${MIN_TILE_DAYS}, not ${windowDays}`,
    ]);
  const tiles: Tile[] = [];
  const last = dayNumber(to);
  for (let day = dayNumber(from); last - day >= MIN_TILE_DAYS; day += windowDays)
    tiles.push({ start: isoDate(day), end: isoDate(Math.min(day + windowDays, last)) });
  if (tiles.length === 0)
    throw new InvalidInputError([
      `to: ${from} to ${to} is shorter than the ${MIN_TILE_DAYS} days that a window needs; choose a later end`,
    ]);
  return tiles;
}

/**
 * All windows of a run: which are trained, which are skipped and why, and their cohorts and shards. Counts
 * depend on dates, bars and the label rule alone. The rows of a window are chosen by the functions that the trainer
 * uses, so a window is trainable only if the trainer will find rows to fit.
 *
 * @throws InvalidInputError when the range is too short for a window.
 */
export function planWindows({ coverage, config, slots }: PlanSource): Plan {
  const { from, to, windowDays } = config;
  const sorted = [...coverage].sort(([a], [b]) => (a < b ? -1 : 1));
  const times = sorted.map(([, { status, time }]) => timesBefore(status === 'ok' ? time : NO_BARS, to));
  const warmTime = marketWarmTime(times);
  const market = { symbols: times.map((time) => ({ time })) };
  const series = sorted.map(([symbol, bars], place): PlannedSeries => {
    const rows = plannedRows(times[place] ?? NO_BARS, warmTime, { rule: config, slots, until: to });
    return { ...bars, symbol, rows };
  });
  const items = tileWindows(from, to, windowDays).flatMap((tile) => {
    const split = cohortBounds(market, { id: cohortId(tile.start, tile.end), ...tile }, config);
    return series.map((one) => planItem(one, tile, split, slotsAhead(config)));
  });
  const cohorts = planCohorts(items, config.shardWindows);
  return {
    windows: items.length,
    trainable: items.filter(({ status }) => status === 'trainable').length,
    skipped: countReasons(items, 'skipped', SKIP_REASONS),
    failed: countReasons(items, 'failed', ERROR_TYPES),
    cohorts,
    shards: cohorts.reduce((sum, { shards }) => sum + shards.length, 0),
    items,
  };
}

const NO_BARS = new Int32Array(0);

/** A symbol's bars and the rows that they make. */
interface PlannedSeries extends SeriesCoverage {
  readonly symbol: string;
  readonly rows: PlannedRows;
}

/** Count of each reason that occurs. */
function countReasons<Reason extends SkipReason | ErrorType>(
  items: readonly PlanItem[],
  status: PlanItem['status'],
  reasons: readonly Reason[],
): Partial<Record<Reason, number>> {
  const counts: Partial<Record<Reason, number>> = {};
  for (const reason of reasons) {
    const count = items.filter((item) => item.status === status && item.reason === reason).length;
    if (count > 0) counts[reason] = count;
  }
  return counts;
}

function planItem(series: PlannedSeries, tile: Tile, split: CohortSplit, ahead: number): PlanItem {
  const { symbol, rows } = series;
  const first = lowerBound(series.time, startOfDate(tile.start));
  const end = lowerBound(series.time, startOfDate(tile.end));
  const bars = end - first;
  const unknown = rows.unknown.subarray(first, end).reduce((sum, mark) => sum + mark, 0);
  const item = (status: PlanItem['status'], reason: PlanItem['reason'], detail: string | null): PlanItem => ({
    symbol,
    ...tile,
    status,
    reason,
    detail,
    bars,
    ...(unknown === 0 ? {} : { unknownLabels: unknown }),
  });
  if (!isMember(series.membership, tile.start))
    return item('skipped', 'not_member', describeMembership(series.membership ?? []));
  if (series.status === 'excluded') return item('skipped', 'excluded', series.reason);
  if (series.status === 'refused') return item('failed', series.error ?? 'Bug', series.reason);
  if (series.status === 'no_bars' || series.time.length === 0)
    return item('skipped', 'no_bars', series.reason ?? 'the source has no bars of this symbol');

  const shortage = findShortage(series.time, first, end) ?? findRowShortage(rows, split, bars, ahead);
  if (shortage === null) return item('trainable', null, null);
  const listing = listingDate(series);
  return tile.start < listing
    ? item('skipped', 'not_listed', `listed ${listing}, ${shortage}`)
    : item('skipped', 'insufficient_data', shortage);
}

/** Why the bars `[first, end)` are too few to train on, for a person; null when they are enough. */
function findShortage(time: Int32Array, first: number, end: number): string | null {
  const bars = end - first;
  const sessions = countSessions(time.subarray(first, end));
  const found = sessions === bars ? `${bars} bars` : `${bars} bars in ${sessions} sessions`;
  if (sessions < MIN_WINDOW_SESSIONS) return found;
  const known = countSessions(time.subarray(Math.max(first, LOOKBACK_BARS - 1), end));
  return known < MIN_KNOWN_SESSIONS
    ? `${found}, only ${known} sessions with the ${LOOKBACK_BARS} bars of history that features need`
    : null;
}

/** Why the trainer would find no rows of a window to fit, for a person; null when it finds some. */
function findRowShortage(rows: PlannedRows, split: CohortSplit, bars: number, ahead: number): string | null {
  const fitted = fittedRows(rows, split);
  const { select, fit } = fitted;
  return isTrainable(fitted)
    ? null
    : `${bars} bars, only ${select.length} rows to select on and ${fit.length} to fit have features and a label, ${ahead} bars ahead, known in time`;
}

/**
 * First trading day of a symbol. A listing date after the first bar is wrong for this purpose (official lists
 * give the date of a split or of a new face value), so the first bar counts then.
 */
function listingDate({ time, listed }: SeriesCoverage): string {
  const firstBar = isoDate(dayOfMinutes(time[0] ?? 0));
  return listed === null || listed > firstBar ? firstBar : listed;
}

function countSessions(time: Int32Array): number {
  let sessions = 0;
  let last = -1;
  for (const minutes of time) {
    const day = dayOfMinutes(minutes);
    if (day !== last) sessions += 1;
    last = day;
  }
  return sessions;
}
