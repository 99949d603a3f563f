import { lowerBound } from '../../../data/bars/series.js';
import { barTimeTexts } from '../../../data/bars/bar-time.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { CohortSplit } from '../splits/splits.js';
import type { PlainLabels } from './plain-labels.js';

/** Splits that a teacher's window predicts. */
export const WINDOW_SPLITS = ['validation', 'forward'] as const;
export type WindowSplit = (typeof WINDOW_SPLITS)[number];

/** Number of rows that a prior was fitted on, as its manifest says. */
export interface PriorCounts {
  /** Of the probability head. */
  readonly rows: { readonly select: number; readonly fit: number };
  /** Of the rank head. */
  readonly rankRows: { readonly select: number; readonly fit: number };
}

/** What a cohort's training wrote. */
export interface TaughtCohort {
  readonly id: string;
  readonly split: CohortSplit;
  /** Windows with a teacher. */
  readonly windows: readonly { readonly symbol: string; readonly label: string }[];
  /** Absent where the manifest does not say. */
  readonly prior?: PriorCounts;
}

/** What a run predicted, and what the bars say of it. */
export interface ProbedPredictions {
  readonly table: FeatureTable;
  readonly interval: Interval;
  readonly cohorts: readonly TaughtCohort[];
  /** Of the teachers. */
  readonly predictions: Predictions;
  /** By symbol, of the same bars as its table. */
  readonly plain: ReadonlyMap<string, PlainLabels>;
}

/** Rows of a window and split: those that there must be, and those that were predicted. */
export interface WindowPart {
  readonly cohort: string;
  readonly label: string;
  readonly split: WindowSplit;
  readonly table: SymbolTable;
  readonly plain: PlainLabels;
  /** Rows of the table that splits and completeness give, whatever their labels are. */
  readonly expected: readonly number[];
  /** Rows of the table that were predicted; −1 for one that it does not have. */
  readonly predicted: readonly number[];
  /** The same rows in the predictions. */
  readonly places: readonly number[];
}

/** Every window and split that a run predicted, or had to predict. */
export function* windowParts(run: ProbedPredictions): Generator<WindowPart> {
  const { predictions, interval, table } = run;
  const dateOf = barTimeTexts(interval);
  const tables = new Map(table.symbols.map((symbol) => [symbol.symbol, symbol]));
  const rowsOf = new Map<string, number[]>();
  predictions.window.forEach((label, place) => {
    const key = `${label} ${predictions.split[place] ?? ''}`;
    const places = rowsOf.get(key);
    if (places === undefined) rowsOf.set(key, [place]);
    else places.push(place);
  });
  for (const { id, split, windows } of run.cohorts)
    for (const { symbol, label } of windows) {
      const [own, plain] = [tables.get(symbol), run.plain.get(symbol)];
      if (own === undefined || plain === undefined) continue;
      for (const part of WINDOW_SPLITS) {
        const expected = expectedRows(own, plain, split, part);
        const places = rowsOf.get(`${label} ${part}`) ?? [];
        const rowAt = new Map<string, number>();
        const { validationStart, forwardEnd } = split;
        for (let row = lowerBound(own.time, validationStart); row < own.time.length; row += 1) {
          const minutes = own.time[row] ?? NaN;
          if (minutes >= forwardEnd) break;
          rowAt.set(dateOf(minutes), row);
        }
        const predicted = places.map((place) => rowAt.get(predictions.date[place] ?? '') ?? -1);
        yield { cohort: id, label, split: part, table: own, plain, expected, predicted, places };
      }
    }
}

/** Complete rows of a part with a label that is known before the part ends; the forward part's within the data. */
function expectedRows(
  { time, complete }: SymbolTable,
  { exitTime }: PlainLabels,
  { validationStart, end, forwardEnd, to }: CohortSplit,
  part: WindowSplit,
): number[] {
  const [first, last, known] = part === 'validation' ? [validationStart, end, end] : [end, forwardEnd, to];
  const [from, until] = [lowerBound(time, first), lowerBound(time, last)];
  const rows: number[] = [];
  for (let row = from; row < until; row += 1)
    if (complete[row] === 1 && (exitTime[row] ?? Infinity) < known) rows.push(row);
  return rows;
}
