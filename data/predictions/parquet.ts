import type { DecodedArray, SchemaElement } from 'hyparquet';
import { parquetMetadata, parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { GurukulError, errorMessage } from '../errors.js';
import { requireParquetLimits } from '../parquet/parquet-limits.js';
import { requireSound } from './check-predictions.js';
import { decodeDates, encodeDates, isIntraday } from './date-column.js';
import { logitScore } from './logit-score.js';
import type { Model, Predictions, Split } from './prediction.js';

/** Columns of predictions.parquet, in this order and no others, with what they hold. */
const COLUMNS = {
  symbol: 'NSE symbol',
  date: 'session of the bar; of intraday bars its start in Indian time (UTC+05:30)',
  window: 'SYMBOL_START_to_END of the teacher, dates half-open [START, END)',
  model: 'teacher, student, placebo (teacher of placebo bars) or permuted (of permuted targets)',
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

/**
 * What the file says of itself. Nothing of it names a run or a version of this program: equal predictions
 * give equal bytes, whatever run made them.
 */
const ABOUT = [
  { key: 'gurukul.format', value: 'predictions/3' },
  { key: 'gurukul.columns', value: JSON.stringify(COLUMNS) },
];

const SPLITS: ReadonlySet<Split> = new Set<Split>(['out_of_fold', 'validation', 'forward']);
const MODELS: ReadonlySet<Model> = new Set<Model>(['teacher', 'student', 'placebo', 'permuted']);

/** Rows in the predictions. */
export function predictionCount(predictions: Predictions): number {
  return predictions.symbol.length;
}

/**
 * Predictions as the bytes of a Parquet file: equal predictions in equal order give equal bytes.
 *
 * @throws GurukulError BadSchema when a value is not what the column may hold.
 */
export function encodePredictions(predictions: Predictions): Uint8Array {
  requireSound(predictions, 'predictions to be written');
  const date = encodeDates('date', predictions.date);
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: PREDICTION_COLUMNS.length },
        text('symbol'),
        date.element,
        text('window'),
        text('model'),
        text('split'),
        { name: 'probability', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        { name: 'score', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        { name: 'label', type: 'INT32', repetition_type: 'REQUIRED' },
        { name: 'forward_return', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        { name: 'base_rate', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      ],
      columnData: [
        { name: 'symbol', data: predictions.symbol },
        { name: 'date', data: date.data },
        { name: 'window', data: predictions.window },
        { name: 'model', data: predictions.model },
        { name: 'split', data: predictions.split },
        { name: 'probability', data: predictions.probability },
        { name: 'score', data: predictions.score },
        { name: 'label', data: predictions.label },
        { name: 'forward_return', data: predictions.forwardReturn },
        { name: 'base_rate', data: predictions.baseRate },
      ],
      kvMetadata: ABOUT,
      rowGroupSize: 100_000,
      // They are read whole: least and greatest values of a column would take more time than all its bytes.
      statistics: false,
    }),
  );
}

function text(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' };
}

/**
 * Reads predictions back, of earlier versions too, whose dates are texts and which have neither model nor score.
 *
 * @param model Whose predictions they are where the file does not say.
 * @throws GurukulError ChecksumMismatch when the bytes are not a whole Parquet file, BadSchema when the
 * columns or a value are not those of predictions.
 */
export async function decodePredictions(bytes: Uint8Array, model: Model = 'teacher'): Promise<Predictions> {
  const { columns, intraday } = await readColumns(bytes);
  const names = [...columns.keys()];
  const earlier = names.join() === EARLIER_COLUMNS.join();
  if (!earlier && names.join() !== PREDICTION_COLUMNS.join())
    throw new GurukulError(
      'BadSchema',
      `predictions have the columns ${names.join(', ')}; expected ${PREDICTION_COLUMNS.join(', ')}`,
    );
  const symbol = strings(columns, 'symbol');
  const probability = numbers(columns, 'probability');
  const predictions: Predictions = {
    symbol,
    date: decodeDates('predictions: date', columns.get('date') ?? [], intraday),
    window: strings(columns, 'window'),
    model: earlier ? symbol.map(() => model) : choices(columns, 'model', MODELS),
    split: choices(columns, 'split', SPLITS),
    probability,
    score: earlier ? probability.map(logitScore) : numbers(columns, 'score'),
    label: numbers(columns, 'label'),
    forwardReturn: numbers(columns, 'forward_return'),
    baseRate: numbers(columns, 'base_rate'),
  };
  requireSound(predictions, 'predictions');
  return predictions;
}

/** All rows of the parts, sorted by date, symbol, window, model and split, whatever the order of the parts. */
export function concatPredictions(parts: readonly Predictions[]): Predictions {
  const all: Predictions = {
    symbol: parts.flatMap((part) => part.symbol),
    date: parts.flatMap((part) => part.date),
    window: parts.flatMap((part) => part.window),
    model: parts.flatMap((part) => part.model),
    split: parts.flatMap((part) => part.split),
    probability: parts.flatMap((part) => part.probability),
    score: parts.flatMap((part) => part.score),
    label: parts.flatMap((part) => part.label),
    forwardReturn: parts.flatMap((part) => part.forwardReturn),
    baseRate: parts.flatMap((part) => part.baseRate),
  };
  const keys = [all.date, all.symbol, all.window, all.model, all.split];
  const order = Array.from(all.symbol.keys()).sort((a, b) => {
    for (const key of keys) {
      const left = key[a] ?? '';
      const right = key[b] ?? '';
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
  return takeRows(all, order);
}

/** The rows with these indices, in this order. */
export function takeRows(predictions: Predictions, rows: readonly number[]): Predictions {
  const take = <T>(column: readonly T[]): T[] =>
    rows.map((row) => {
      const value = column[row];
      if (value === undefined) throw new RangeError(`predictions have no row ${String(row)}`);
      return value;
    });
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

interface FileColumns {
  readonly columns: ReadonlyMap<string, unknown[]>;
  /** Whether its dates have times of day. */
  readonly intraday: boolean;
}

async function readColumns(bytes: Uint8Array): Promise<FileColumns> {
  // A view may stand in the middle of a pooled buffer: hyparquet wants the file's own memory.
  const file = Uint8Array.from(bytes).buffer;
  const columns = new Map<string, unknown[]>();
  let intraday = false;
  try {
    const metadata = parquetMetadata(file);
    requireParquetLimits(file, metadata);
    const { schema } = metadata;
    intraday = isIntraday(schema.find(({ name }) => name === 'date'));
    for (const element of schema.slice(1)) columns.set(element.name, []);
    const chunks: { readonly name: string; readonly start: number; readonly data: DecodedArray }[] = [];
    await parquetRead({
      file,
      metadata,
      onChunk: ({ columnName, columnData, rowStart }) => {
        chunks.push({ name: columnName, start: rowStart, data: columnData });
      },
    });
    chunks.sort((a, b) => a.start - b.start);
    for (const { name, data } of chunks) {
      const column = columns.get(name);
      for (const value of data) column?.push(value);
    }
  } catch (error) {
    throw new GurukulError(
      'ChecksumMismatch',
      `predictions are not a whole Parquet file: ${errorMessage(error)}`,
      {
        cause: error,
      },
    );
  }
  return { columns, intraday };
}

function strings(columns: ReadonlyMap<string, unknown[]>, name: string): string[] {
  return (columns.get(name) ?? []).map((value, row) => {
    if (typeof value !== 'string')
      throw new GurukulError('BadSchema', `predictions: ${name} of row ${String(row)} is not text`);
    return value;
  });
}

/** A column of texts, each of them one of the set. */
function choices<Choice extends string>(
  columns: ReadonlyMap<string, unknown[]>,
  name: string,
  allowed: ReadonlySet<Choice>,
): Choice[] {
  const known = new Map<string, Choice>([...allowed].map((choice) => [choice, choice]));
  return strings(columns, name).map((value, row) => {
    const choice = known.get(value);
    if (choice === undefined)
      throw new GurukulError('BadSchema', `predictions: ${name} of row ${String(row)} is ${value}`);
    return choice;
  });
}

function numbers(columns: ReadonlyMap<string, unknown[]>, name: string): number[] {
  return (columns.get(name) ?? []).map((value, row) => {
    if (typeof value !== 'number')
      throw new GurukulError('BadSchema', `predictions: ${name} of row ${String(row)} is not a number`);
    return value;
  });
}
