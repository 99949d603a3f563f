import { lowerBound } from '../../../data/bars/series.js';
import { randomStream } from '../../../data/random.js';
import { MINUTES_PER_DAY, addDays, dayOfMinutes, startOfDate } from '../../../data/time/dates.js';
import type { SymbolTable } from '../feature-table.js';
import type { CohortDates, TrainingConfig } from '../../../data/schemas/training-config.js';
import type { TestSpan } from './purge.js';
import { labelIntervals, purgeRows } from './purge.js';

/** Bounds of a cohort in exchange minutes; every part is half-open and ends where the next starts. */
export interface CohortSplit {
  readonly start: number;
  /** Start of the validation part; `end` where the cohort has too few sessions for one. */
  readonly validationStart: number;
  readonly end: number;
  readonly forwardEnd: number;
  /** End of the run's data, exclusive: later bars do not even resolve labels. */
  readonly to: number;
}

/** Bar times of every symbol. */
export interface SessionTimes {
  readonly symbols: readonly Pick<SymbolTable, 'time'>[];
}

export interface SplitOptions {
  /** Share of the cohort's sessions, at its end, used for validation: in (0, 1). */
  readonly validationShare: number;
  /** Calendar days after the window that are predicted. */
  readonly forwardDays: number;
  /** End of the run's data, ISO, exclusive. */
  readonly to: string;
}

/** What rows are chosen by. */
export type SplitRows = Pick<SymbolTable, 'time' | 'resolvedAt' | 'complete'>;

/** Row indices of one window, ascending. */
export interface WindowRows {
  /** Rows on which shrinkages are tried: labels resolved before the validation part starts. */
  readonly select: Int32Array;
  /** Rows on which a shrinkage is chosen: labels resolved before the window ends. */
  readonly validation: Int32Array;
  /** Rows on which the final teacher is fitted: all labels of the window that are resolved inside it. */
  readonly fit: Int32Array;
  /** Rows of the headline figures: bars after the window, labels resolved within the run's data. */
  readonly forward: Int32Array;
}

/**
 * Splits a cohort by time. The validation part is the last share of its sessions, rounded to whole sessions
 * and at least one. A session is a day on which any symbol of the table has a bar.
 */
export function cohortSplit(table: SessionTimes, cohort: CohortDates, options: SplitOptions): CohortSplit {
  const to = startOfDate(options.to);
  const start = startOfDate(cohort.start);
  const end = Math.min(startOfDate(cohort.end), to);
  const days = sessionDays(table, start, end);
  const validationDays = Math.max(1, Math.round(days.length * options.validationShare));
  const first = days.length < 2 ? undefined : days.at(-validationDays);
  return {
    start,
    validationStart: first === undefined ? end : first * MINUTES_PER_DAY,
    end,
    forwardEnd: Math.min(startOfDate(addDays(cohort.end, options.forwardDays)), to),
    to,
  };
}

/** Share of a cohort's sessions, at its end, on which the shrinkage is chosen. */
export const VALIDATION_SHARE = 0.25;

/** The split that every job of a run uses: the forward part is as long as a window. */
export function cohortBounds(
  table: SessionTimes,
  cohort: CohortDates,
  config: Pick<TrainingConfig, 'windowDays' | 'to'>,
): CohortSplit {
  return cohortSplit(table, cohort, {
    validationShare: VALIDATION_SHARE,
    forwardDays: config.windowDays,
    to: config.to,
  });
}

/**
 * Rows of one symbol's window. A row is used only if its features are complete and its label is resolved
 * before the part it is tested on starts: `select` before the validation part, `fit` before the forward
 * part.
 */
export function windowRows(symbol: SplitRows, split: CohortSplit): WindowRows {
  const { validationStart, end, forwardEnd, to } = split;
  return {
    ...fittedRows(symbol, split),
    validation: rowsBetween(symbol, validationStart, end, end),
    forward: rowsBetween(symbol, end, forwardEnd, to),
  };
}

/** The rows of {@link windowRows} without which a window cannot be trained. */
export function fittedRows(
  symbol: SplitRows,
  { start, validationStart, end }: CohortSplit,
): Pick<WindowRows, 'select' | 'fit'> {
  return {
    select: rowsBetween(symbol, start, validationStart, validationStart),
    fit: rowsBetween(symbol, start, end, end),
  };
}

/** Whether a window can be trained: at least one row to try shrinkages on, and one to fit. */
export function isTrainable({ select, fit }: Pick<WindowRows, 'select' | 'fit'>): boolean {
  return select.length > 0 && fit.length > 0;
}

/**
 * Complete rows of a symbol with a label resolved before a given time, from the start of its series; only those
 * at which it was a member of the index. (A window keeps all of its rows: its symbol is chosen at its start.)
 */
export function priorRows(symbol: SplitRows & Pick<SymbolTable, 'member'>, before: number): Int32Array {
  return rowsBetween(symbol, -Infinity, before, before).filter((row) => symbol.member[row] === 1);
}

/** A prior is not thinned below this number of rows. */
const MIN_PRIOR_ROWS = 20_000;

/**
 * Spacing in bars of the rows that a prior is fitted on. Labels of neighbouring rows overlap almost entirely,
 * so every second or third of many rows carries nearly all of the information; labels a horizon apart do not
 * overlap.
 *
 * @param rows Number of rows, over all symbols.
 */
export function rowSpacing(rows: number, horizon: number): number {
  return Math.max(1, Math.min(horizon, Math.floor(rows / MIN_PRIOR_ROWS)));
}

/**
 * Every `bars`-th of some rows of a symbol. The offset depends on the symbol's name, so that about the same
 * number of symbols is kept on every day.
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

/** Rows of a symbol, divided by whether their label is resolved before a test that starts at a given time. */
export function byResolution(
  symbol: Pick<SymbolTable, 'time' | 'resolvedAt'>,
  rows: Int32Array,
  testStart: number,
): { readonly before: Int32Array; readonly after: Int32Array } {
  const kept = purgeRows(labelIntervals(symbol, rows), from(testStart));
  const [before, after] = [new Int32Array(kept.length), new Int32Array(rows.length - kept.length)];
  for (let at = 0, next = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    if (at === kept[next]) {
      before[next] = row;
      next += 1;
    } else after[at - next] = row;
  }
  return { before, after };
}

/** Complete rows with a time in `[start, end)` whose label is resolved before a test that starts at `testStart`. */
function rowsBetween(symbol: SplitRows, start: number, end: number, testStart: number): Int32Array {
  const [first, last] = [lowerBound(symbol.time, start), lowerBound(symbol.time, end)];
  const intervals = {
    start: symbol.time.subarray(first, last),
    end: symbol.resolvedAt.subarray(first, last),
  };
  const kept = purgeRows(intervals, from(testStart));
  let count = 0;
  for (let at = 0; at < kept.length; at += 1) {
    const row = first + (kept[at] ?? 0);
    if (symbol.complete[row] !== 1) continue;
    kept[count] = row;
    count += 1;
  }
  return kept.slice(0, count);
}

/** Everything from a time on is tested. */
function from(start: number): TestSpan {
  return { start, end: Infinity };
}

/** Day numbers in `[start, end)` with a bar of any symbol, ascending. */
function sessionDays(table: SessionTimes, start: number, end: number): number[] {
  const days = new Set<number>();
  for (const { time } of table.symbols) {
    let last = NaN;
    for (const minutes of time.subarray(lowerBound(time, start), lowerBound(time, end))) {
      const day = dayOfMinutes(minutes);
      if (day !== last) days.add(day);
      last = day;
    }
  }
  return [...days].sort((a, b) => a - b);
}
