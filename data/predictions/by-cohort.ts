import { choices, openTable, texts } from '../parquet/read-table.js';
import { SPLITS, predictionsOf } from './parquet.js';
import type { Model, Predictions, Split } from './prediction.js';
import { cohortOfWindow } from './prediction.js';

/** Predictions of a file, a cohort at a time: of a large file only these rows are in memory. */
export interface PredictionsByCohort {
  readonly rows: number;
  /** Cohorts, sorted. */
  readonly cohorts: readonly string[];
  /** The same in the order in which the file begins with them. */
  readonly inFile: readonly string[];
  /** Whether the rows of every cohort are neighbours, as in every file of today. */
  readonly together: boolean;
  /** How many forward rows a cohort has. */
  forwardRows(cohort: string): number;
  /** The rows of a cohort in the order of the file; none of one that is not there. */
  read(cohort: string): Promise<Predictions[]>;
}

/** Neighbouring rows of one cohort, `[start, end)`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Rows whose windows are read at once, to find where cohorts are. */
const ROWS_AT_ONCE = 200_000;

/**
 * Opens the bytes of a predictions.parquet of any version. Every cohort of a file of today is one stretch of rows.
 *
 * @param model Whose predictions they are where the file does not say.
 * @throws GurukulError ChecksumMismatch when the bytes are not a whole Parquet file, BadSchema of other columns or an
 * impossible value, when its rows are read.
 */
export async function openPredictions(bytes: Uint8Array, model: Model): Promise<PredictionsByCohort> {
  const table = openTable(bytes, 'predictions');
  const stretches = new Map<string, Stretch[]>();
  const forward = new Map<string, number>();
  for (let from = 0; from < table.rows; from += ROWS_AT_ONCE) {
    const to = Math.min(table.rows, from + ROWS_AT_ONCE);
    const part = await table.read({ start: from, end: to, columns: ['window', 'split'] });
    const windows = texts(part, 'window');
    addStretches(stretches, windows, from);
    addForward(forward, windows, choices(part, 'split', SPLITS));
  }
  return {
    rows: table.rows,
    cohorts: [...stretches.keys()].sort(),
    inFile: [...stretches.keys()],
    together: [...stretches.values()].every((own) => own.length === 1),
    forwardRows: (cohort) => forward.get(cohort) ?? 0,
    async read(cohort) {
      const parts: Predictions[] = [];
      for (const { start, end } of stretches.get(cohort) ?? [])
        parts.push(predictionsOf(await table.read({ start, end }), model));
      return parts;
    },
  };
}

function addForward(found: Map<string, number>, windows: readonly string[], splits: readonly Split[]): void {
  for (let row = 0; row < windows.length; row += 1) {
    if (splits[row] !== 'forward') continue;
    const cohort = cohortOfWindow(windows[row] ?? '');
    found.set(cohort, (found.get(cohort) ?? 0) + 1);
  }
}

function addStretches(found: Map<string, Stretch[]>, windows: readonly string[], offset: number): void {
  let start = 0;
  for (let row = 1; row <= windows.length; row += 1) {
    const cohort = cohortOfWindow(windows[start] ?? '');
    if (row < windows.length && cohortOfWindow(windows[row] ?? '') === cohort) continue;
    const own = found.get(cohort) ?? [];
    const last = own.at(-1);
    // A stretch may have begun in the rows that were read before.
    if (last?.end === offset + start) own[own.length - 1] = { start: last.start, end: offset + row };
    else own.push({ start: offset + start, end: offset + row });
    found.set(cohort, own);
    start = row;
  }
}
