import type { ParquetLayout } from '../parquet/columns.js';
import { TableWriter, dateColumn, doubleColumn, integerColumn, textColumn } from '../parquet/columns.js';
import type { ParquetTable } from '../parquet/read-table.js';
import { choices, dates, numbers, readTable, requireColumns, texts } from '../parquet/read-table.js';
import { requireSound } from './check-predictions.js';
import { logitScore } from './logit-score.js';
import { orderByRanks, rankTexts } from './order-by-texts.js';
import type { Model, Predictions, Split } from './prediction.js';
import { cohortOfWindow, emptyPredictions } from './prediction.js';

/** Columns of predictions.parquet, in this order and no others, with what they hold. */
const COLUMNS = {
  symbol: 'NSE symbol',
  date: 'session of the bar; of intraday bars its start in Indian time (UTC+05:30)',
  window: 'SYMBOL_START_to_END of the teacher, dates half-open [START, END)',
  model:
    'teacher, student, placebo (teacher of placebo bars), permuted (of permuted targets) or studentPlacebo (student of placebo bars)',
  split:
    'out_of_fold (history that this fit did not see), validation (last part of the window) or forward (bars after it)',
  probability: 'that the label is 1, from 0 to 1',
  score: 'expected return relative to comparable symbols, as a fraction; without a rank head, a logit',
  label: '1 or 0, by the label rule of the run',
  forward_return: 'return that the label is about, as a fraction: 0.02 is 2 %',
  base_rate: 'share of ones among the labels that the teacher learned from, from 0 to 1',
} as const;
export const PREDICTION_COLUMNS = Object.keys(COLUMNS);

/** Columns that files of earlier versions do not have. */
const NEW_COLUMNS: readonly string[] = ['model', 'score'];
const EARLIER_COLUMNS = PREDICTION_COLUMNS.filter((name) => !NEW_COLUMNS.includes(name));

const FORMAT = 'predictions/3';

export const SPLITS: readonly Split[] = ['out_of_fold', 'validation', 'forward'];
const MODELS: readonly Model[] = ['teacher', 'student', 'placebo', 'permuted', 'studentPlacebo'];

/** Rows in the predictions. */
export function predictionCount(predictions: Predictions): number {
  return predictions.symbol.length;
}

/**
 * Predictions as the bytes of a Parquet file: equal predictions in equal order give equal bytes. Neighbouring rows of
 * one cohort are a row group, so that a reader can take one cohort alone.
 *
 * @throws GurukulError BadSchema when a value is not what the column may hold.
 */
export function encodePredictions(
  predictions: Predictions,
  layout: Pick<ParquetLayout, 'compress'> = {},
): Uint8Array {
  const writer = new PredictionsWriter(layout);
  writer.add(predictions);
  return writer.finish();
}

/** Writes predictions cohort by cohort: the bytes are those of all at once, and only one cohort's rows are in memory. */
export class PredictionsWriter {
  readonly #table: TableWriter;
  #rows = 0;

  constructor(layout: Pick<ParquetLayout, 'compress'> = {}) {
    this.#table = new TableWriter({ format: FORMAT, columns: COLUMNS }, layout);
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * @param predictions Of later cohorts than those before.
   * @throws GurukulError BadSchema when a value is not what the column may hold.
   */
  add(predictions: Predictions): void {
    if (predictionCount(predictions) === 0) return;
    this.#write(predictions);
  }

  finish(): Uint8Array {
    if (this.#rows === 0) this.#write(emptyPredictions());
    return this.#table.finish();
  }

  #write(predictions: Predictions): void {
    requireSound(predictions, 'predictions to be written');
    this.#rows += predictionCount(predictions);
    this.#table.add(
      [
        textColumn('symbol', predictions.symbol),
        dateColumn('date', predictions.date),
        textColumn('window', predictions.window),
        textColumn('model', predictions.model),
        textColumn('split', predictions.split),
        doubleColumn('probability', predictions.probability),
        doubleColumn('score', predictions.score),
        integerColumn('label', predictions.label),
        doubleColumn('forward_return', predictions.forwardReturn),
        doubleColumn('base_rate', predictions.baseRate),
      ],
      cohortSizes(predictions),
    );
  }
}

/** Rows of each run of neighbours of one cohort. */
function cohortSizes({ window }: Predictions): number[] {
  const sizes: number[] = [];
  let cohort: string | undefined;
  let size = 0;
  for (const label of window) {
    const own = cohortOfWindow(label);
    if (own !== cohort && size > 0) {
      sizes.push(size);
      size = 0;
    }
    cohort = own;
    size += 1;
  }
  return size > 0 ? [...sizes, size] : sizes;
}

/**
 * Reads predictions back, of earlier versions too, whose dates are texts and which have neither model nor score.
 *
 * @param model Whose predictions they are where the file does not say.
 * @throws GurukulError ChecksumMismatch when the bytes are not a whole Parquet file, BadSchema when the
 * columns or a value are not those of predictions.
 */
export async function decodePredictions(bytes: Uint8Array, model: Model = 'teacher'): Promise<Predictions> {
  return predictionsOf(await readTable(bytes, 'predictions'), model);
}

/**
 * Predictions of some rows or all rows of their file.
 *
 * @param model Whose predictions they are where the file does not say.
 * @throws GurukulError BadSchema when the columns or a value are not those of predictions.
 */
export function predictionsOf(table: ParquetTable, model: Model): Predictions {
  const earlier = !NEW_COLUMNS.some((name) => table.columns.has(name));
  requireColumns(table, earlier && table.columns.has('symbol') ? EARLIER_COLUMNS : PREDICTION_COLUMNS);
  const symbol = texts(table, 'symbol');
  const probability = numbers(table, 'probability');
  const predictions: Predictions = {
    symbol,
    date: dates(table, 'date'),
    window: texts(table, 'window'),
    model: earlier ? symbol.map(() => model) : choices(table, 'model', MODELS),
    split: choices(table, 'split', SPLITS),
    probability,
    score: earlier ? probability.map(logitScore) : numbers(table, 'score'),
    label: numbers(table, 'label'),
    forwardReturn: numbers(table, 'forward_return'),
    baseRate: numbers(table, 'base_rate'),
  };
  requireSound(predictions, 'predictions');
  return predictions;
}

/**
 * All rows of the parts, sorted by cohort, date, symbol, window, model and split, whatever the order of the parts.
 */
export function concatPredictions(parts: readonly Predictions[]): Predictions {
  // Joins whole columns at once.
  const joined = <T>(columnOf: (part: Predictions) => readonly T[]): T[] =>
    new Array<T>().concat(...parts.map(columnOf));
  const all: Predictions = {
    symbol: joined((part) => part.symbol),
    date: joined((part) => part.date),
    window: joined((part) => part.window),
    model: joined((part) => part.model),
    split: joined((part) => part.split),
    probability: joined((part) => part.probability),
    score: joined((part) => part.score),
    label: joined((part) => part.label),
    forwardReturn: joined((part) => part.forwardReturn),
    baseRate: joined((part) => part.baseRate),
  };
  const window = rankTexts(all.window);
  const cohort = rankTexts(window.texts.map(cohortOfWindow));
  const keys = [
    { ranks: window.ranks.map((rank) => cohort.ranks[rank] ?? 0), count: cohort.count },
    ...[rankTexts(all.date), rankTexts(all.symbol), window],
    ...[rankTexts(all.model), rankTexts(all.split)],
  ];
  return takeRows(all, orderByRanks(keys, predictionCount(all)));
}

/** The rows with these indices, in this order. */
export function takeRows(predictions: Predictions, rows: ArrayLike<number>): Predictions {
  const take = <T>(column: readonly T[]): T[] => {
    const taken: T[] = [];
    for (let at = 0; at < rows.length; at += 1) {
      const value = column[rows[at] ?? -1];
      if (value === undefined) throw new RangeError(`predictions have no row ${String(rows[at])}`);
      taken.push(value);
    }
    return taken;
  };
  return {
    symbol: take(predictions.symbol),
    date: take(predictions.date),
    window: take(predictions.window),
    model: take(predictions.model),
    split: take(predictions.split),
    probability: take(predictions.probability),
    score: take(predictions.score),
    label: take(predictions.label),
    forwardReturn: take(predictions.forwardReturn),
    baseRate: take(predictions.baseRate),
  };
}
