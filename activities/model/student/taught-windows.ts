import { GurukulError } from '../../../data/errors.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { windowRows } from '../../market/splits/splits.js';
import type { TrainableWindow } from '../teachers/window-batch.js';

/** Parts of a window that a student predicts, too. */
export const STUDENT_SPLITS = ['validation', 'forward'] as const;
export type StudentSplit = (typeof STUDENT_SPLITS)[number];

/** What a model says of the rows of one part of a window, in their order. */
export interface RowOutputs {
  readonly probability: readonly number[];
  readonly score: readonly number[];
}

/** A window that has a teacher, with what it predicted. */
export interface TaughtWindow {
  readonly symbol: string;
  readonly window: TrainableWindow;
  readonly teacher: Readonly<Record<StudentSplit, RowOutputs>>;
}

/**
 * The windows of a cohort that have teachers, by their predictions.
 *
 * @param parts Predictions of the cohort's teachers, each by symbol, split and time.
 * @param dateOf Formats a bar time.
 * @throws GurukulError ChecksumMismatch when they do not match the table's rows.
 */
export function taughtWindows(
  table: FeatureTable,
  split: CohortSplit,
  parts: readonly Predictions[],
  dateOf: (minutes: number) => string,
): TaughtWindow[] {
  return parts.flatMap((part) => {
    const bySymbol = new Map<string, number[]>();
    for (const [at, symbol] of part.symbol.entries()) {
      const own = bySymbol.get(symbol);
      if (own === undefined) bySymbol.set(symbol, [at]);
      else own.push(at);
    }
    return [...bySymbol].map(([symbol, places]): TaughtWindow => {
      const known = table.symbols.find((candidate) => candidate.symbol === symbol);
      if (known === undefined) throw mismatch(symbol);
      const window = { table: known, rows: windowRows(known, split) };
      const of = (name: StudentSplit): RowOutputs => {
        const own = places.filter((at) => part.split[at] === name);
        const expected = Array.from(window.rows[name], (row) => dateOf(known.time[row] ?? NaN));
        if (own.length !== expected.length || own.some((at, place) => part.date[at] !== expected[place]))
          throw mismatch(symbol);
        return {
          probability: own.map((at) => part.probability[at] ?? NaN),
          score: own.map((at) => part.score[at] ?? NaN),
        };
      };
      return { symbol, window, teacher: { validation: of('validation'), forward: of('forward') } };
    });
  });
}

function mismatch(symbol: string): GurukulError {
  return new GurukulError(
    'ChecksumMismatch',
    `the predictions of ${symbol}'s teacher do not match the bars of the ingest`,
  );
}
