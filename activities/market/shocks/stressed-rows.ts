import type { Predictions } from '../../../data/predictions/prediction.js';
import { cohortOfWindow } from '../../../data/predictions/prediction.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';

/** Fewest sessions on which a student is examined under shocks: the longest shock takes a quarter of them. */
const MIN_SESSIONS = 40;

/** A student's rows that are predicted again on shocked bars. */
export interface StressedRows {
  readonly cohort: string;
  /** Indices of the forward rows, by date and symbol. */
  readonly rows: readonly number[];
  /** Distinct dates and symbols of the rows, ascending. */
  readonly sessions: readonly string[];
  readonly symbols: readonly string[];
}

/**
 * The forward rows of the newest cohort that has enough of them: at least {@link MIN_SESSIONS} sessions with enough symbols
 * to rank. Undefined where none has, and for intraday bars, whose features take months of bars to rebuild.
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
  const newest = [...byCohort].sort(([a], [b]) => (a < b ? 1 : -1));
  const found = newest.find(([, rows]) => hasEnough(student, rows));
  if (found === undefined) return undefined;
  const [cohort, rows] = found;
  const keys = rows.map((row) => `${student.date[row] ?? ''} ${student.symbol[row] ?? ''}`);
  const order = Array.from(rows.keys()).sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1));
  return {
    cohort,
    rows: order.map((at) => rows[at] ?? -1),
    sessions: [...new Set(rows.map((row) => student.date[row] ?? ''))].sort(),
    symbols: [...new Set(rows.map((row) => student.symbol[row] ?? ''))].sort(),
  };
}

function hasEnough({ date }: Predictions, rows: readonly number[]): boolean {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(date[row] ?? '', (counts.get(date[row] ?? '') ?? 0) + 1);
  const ranked = [...counts].filter(([day, count]) => day.length === DAY && count >= MIN_RANKED_SYMBOLS);
  return ranked.length >= MIN_SESSIONS;
}

const DAY = 'YYYY-MM-DD'.length;
