import type { Predictions } from '../../../data/predictions/prediction.js';
import { cohortOfWindow } from '../../../data/predictions/prediction.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';

/** Fewest sessions on which a student is examined under shocks: the longest shock takes a quarter of them. */
const MIN_SESSIONS: Readonly<Record<Interval, number>> = { '1day': 40, '5minute': 4 };
/** Most sessions, the last ones: of 5-minute bars, ten have as many rows as three years of daily ones. */
const MOST_SESSIONS: Readonly<Record<Interval, number>> = { '1day': Infinity, '5minute': 10 };

/** A student's rows that are predicted again on shocked bars. */
export interface StressedRows {
  readonly cohort: string;
  readonly interval: Interval;
  /** Indices of the forward rows, by date and symbol. */
  readonly rows: readonly number[];
  /** Distinct days and symbols of the rows, ascending. */
  readonly sessions: readonly string[];
  readonly symbols: readonly string[];
}

/**
 * The forward rows of the newest cohort that has enough of them: at least {@link MIN_SESSIONS} sessions with enough symbols
 * to rank, of which the last {@link MOST_SESSIONS} are taken. Undefined where none has.
 *
 * @param student Predictions of students.
 */
export function stressedRows(student: Predictions): StressedRows | undefined {
  const byCohort = new Map<string, number[]>();
  for (const [row, window] of student.window.entries()) {
    if (student.split[row] !== 'forward') continue;
    const cohort = cohortOfWindow(window);
    const own = byCohort.get(cohort);
    if (own === undefined) byCohort.set(cohort, [row]);
    else own.push(row);
  }
  const interval = intervalOf(student);
  const newest = [...byCohort].sort(([a], [b]) => (a < b ? 1 : -1));
  for (const [cohort, all] of newest) {
    const ranked = rankedSessions(student, all);
    if (ranked.length < MIN_SESSIONS[interval]) continue;
    const days = [...new Set(all.map((row) => dayOf(student.date[row])))].sort();
    const sessions = days.slice(-Math.min(MOST_SESSIONS[interval], days.length));
    const rows = all.filter((row) => dayOf(student.date[row]) >= (sessions[0] ?? ''));
    const keys = rows.map((row) => `${student.date[row] ?? ''} ${student.symbol[row] ?? ''}`);
    const order = Array.from(rows.keys()).sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1));
    return {
      ...{ cohort, interval, sessions },
      rows: order.map((at) => rows[at] ?? -1),
      symbols: [...new Set(rows.map((row) => student.symbol[row] ?? ''))].sort(),
    };
  }
  return undefined;
}

/** Days with a time at which enough symbols were predicted to rank them. */
function rankedSessions({ date }: Predictions, rows: readonly number[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(date[row] ?? '', (counts.get(date[row] ?? '') ?? 0) + 1);
  const ranked = [...counts].filter(([, count]) => count >= MIN_RANKED_SYMBOLS);
  return [...new Set(ranked.map(([time]) => dayOf(time)))];
}

/** The bars that were predicted: dates of intraday ones have a time of day. */
export function intervalOf({ date }: Pick<Predictions, 'date'>): Interval {
  return (date[0] ?? '').length > DAY ? '5minute' : '1day';
}

function dayOf(date = ''): string {
  return date.slice(0, DAY);
}

const DAY = 'YYYY-MM-DD'.length;
