import { lowerBound } from '../../../data/bars/series.js';
import { randomStream } from '../../../data/random.js';
import { MINUTES_PER_DAY, addDays, dayOfMinutes, startOfDate } from '../../../data/time/dates.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { CohortDates, TrainingConfig } from '../../../data/schemas/training-config.js';

/** Bounds of a cohort in exchange minutes; every part is half-open and ends where the next starts. */
export interface CohortSplit {
  readonly start: number;
  /** First moment of the validation part; `end` where the cohort has too few sessions for one. */
  readonly validationStart: number;
  readonly end: number;
  readonly forwardEnd: number;
  /** End of the run's data: nothing at or after it is used, not even to resolve a label. */
  readonly to: number;
}

export interface SplitOptions {
  /** Share of the cohort's sessions, at its end, that validate: in (0, 1). */
  readonly validationShare: number;
  /** Calendar days after the window that are foretold. */
  readonly forwardDays: number;
  /** End of the run's data, ISO, not included. */
  readonly to: string;
}

/** Row indices of one window, rising. */
export interface WindowRows {
  /** What strengths of adaptation are tried on: labels resolved before the validation part starts. */
  readonly select: Int32Array;
  /** What they are judged by: labels resolved before the window ends. */
  readonly validation: Int32Array;
  /** What the teacher is fitted on in the end: all labels of the window resolved inside it. */
  readonly fit: Int32Array;
  /** What the headline figures come from: bars after the window, labels resolved in the run's data. */
  readonly forward: Int32Array;
}

/**
 * Cuts a cohort by time. The validation part is the last share of its sessions, where the sessions are
 * the days on which any symbol of the table has a bar, rounded to whole sessions and at least one.
 */
export function cohortSplit(table: FeatureTable, cohort: CohortDates, options: SplitOptions): CohortSplit {
  const to = startOfDate(options.to);
  const start = startOfDate(cohort.start);
  const end = Math.min(startOfDate(cohort.end), to);
  const days = sessionDays(table, start, end);
  const validating = Math.max(1, Math.round(days.length * options.validationShare));
  const first = days.length < 2 ? undefined : days.at(-validating);
  return {
    start,
    validationStart: first === undefined ? end : first * MINUTES_PER_DAY,
    end,
    forwardEnd: Math.min(startOfDate(addDays(cohort.end, options.forwardDays)), to),
    to,
  };
}

/** Share of a cohort's sessions, at its end, on which adaptation is judged. */
export const VALIDATION_SHARE = 0.25;

/** How every job of a run cuts a cohort: the forward part is as long as a window. */
export function cohortBounds(table: FeatureTable, cohort: CohortDates, config: TrainingConfig): CohortSplit {
  return cohortSplit(table, cohort, {
    validationShare: VALIDATION_SHARE,
    forwardDays: config.windowDays,
    to: config.to,
  });
}

/**
 * Rows of one symbol's window. A row is used only where its features are complete and its label is
 * resolved before anything tested on it starts: `select` before the validation part, `fit` before the
 * forward part.
 */
export function windowRows(symbol: SymbolTable, split: CohortSplit): WindowRows {
  const { start, validationStart, end, forwardEnd, to } = split;
  return {
    select: rowsBetween(symbol, start, validationStart, validationStart),
    validation: rowsBetween(symbol, validationStart, end, end),
    fit: rowsBetween(symbol, start, end, end),
    forward: rowsBetween(symbol, end, forwardEnd, to),
  };
}

/** Complete rows of a symbol with a label resolved before a moment, from the beginning of its series. */
export function priorRows(symbol: SymbolTable, before: number): Int32Array {
  return rowsBetween(symbol, -Infinity, before, before);
}

/** Rows that a prior is not thinned below. */
const ENOUGH_ROWS = 20_000;

/**
 * How many bars apart the rows of a prior may lie. Labels of neighbours share most of their future, so that
 * of many rows every second or third says nearly as much as all; beyond the horizon they share nothing.
 *
 * @param rows How many there are, of all symbols together.
 */
export function rowSpacing(rows: number, horizon: number): number {
  return Math.max(1, Math.min(horizon, Math.floor(rows / ENOUGH_ROWS)));
}

/**
 * Of some rows of a symbol those that lie `bars` apart. Which they are depends on the symbol's name, so that
 * about as many symbols take part on every day.
 */
export function spacedRows(
  { symbol }: Pick<SymbolTable, 'symbol'>,
  rows: Int32Array,
  bars: number,
): Int32Array {
  if (bars === 1) return rows;
  const offset = randomStream(['spaced', symbol]).integer(0, bars - 1);
  const kept = new Int32Array(rows.length);
  let count = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    if (row % bars !== offset) continue;
    kept[count] = row;
    count += 1;
  }
  return kept.slice(0, count);
}

/** The rows of a symbol whose label is resolved before a moment, and the others. */
export function byResolution(
  { resolvedAt }: Pick<SymbolTable, 'resolvedAt'>,
  rows: Int32Array,
  moment: number,
): { readonly before: Int32Array; readonly after: Int32Array } {
  const [before, after] = [new Int32Array(rows.length), new Int32Array(rows.length)];
  let early = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    if ((resolvedAt[row] ?? Infinity) < moment) {
      before[early] = row;
      early += 1;
    } else after[at - early] = row;
  }
  return { before: before.slice(0, early), after: after.slice(0, rows.length - early) };
}

/** Complete rows with a time in `[from, until)` whose label is resolved before `resolvedBefore`. */
function rowsBetween(symbol: SymbolTable, from: number, until: number, resolvedBefore: number): Int32Array {
  const start = lowerBound(symbol.time, from);
  const end = lowerBound(symbol.time, until);
  const rows = new Int32Array(Math.max(0, end - start));
  let count = 0;
  for (let row = start; row < end; row += 1)
    if (symbol.complete[row] === 1 && (symbol.resolvedAt[row] ?? Infinity) < resolvedBefore) {
      rows[count] = row;
      count += 1;
    }
  return rows.slice(0, count);
}

/** Day numbers in `[start, end)` with a bar of any symbol, rising. */
function sessionDays(table: FeatureTable, start: number, end: number): number[] {
  const days = new Set<number>();
  for (const { time } of table.symbols)
    for (const minutes of time.subarray(lowerBound(time, start), lowerBound(time, end)))
      days.add(dayOfMinutes(minutes));
  return [...days].sort((a, b) => a - b);
}
