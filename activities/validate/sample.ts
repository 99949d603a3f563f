import type { Predictions, Split } from '../../data/predictions/prediction.js';

/** The rows of one split as numbers, one entry a row in every column. */
export interface Sample {
  readonly rows: number;
  /** Distinct dates, rising. */
  readonly dates: readonly string[];
  readonly symbols: readonly string[];
  /** Index into `dates`. */
  readonly date: Int32Array;
  /** Index into `symbols`. */
  readonly symbol: Int32Array;
  readonly probability: Float64Array;
  readonly label: Uint8Array;
  readonly forwardReturn: Float64Array;
  readonly baseRate: Float64Array;
}

/** The rows of one split, in the order in which the predictions have them. */
export function sampleOf(predictions: Predictions, split: Split): Sample {
  const rows = Array.from(predictions.split.keys()).filter((row) => predictions.split[row] === split);
  const dates = distinct(rows.map((row) => predictions.date[row] ?? ''));
  const symbols = distinct(rows.map((row) => predictions.symbol[row] ?? ''));
  const dateIndex = new Map(dates.map((date, index) => [date, index]));
  const symbolIndex = new Map(symbols.map((symbol, index) => [symbol, index]));
  return {
    rows: rows.length,
    dates,
    symbols,
    date: Int32Array.from(rows, (row) => dateIndex.get(predictions.date[row] ?? '') ?? -1),
    symbol: Int32Array.from(rows, (row) => symbolIndex.get(predictions.symbol[row] ?? '') ?? -1),
    probability: Float64Array.from(rows, (row) => predictions.probability[row] ?? NaN),
    label: Uint8Array.from(rows, (row) => predictions.label[row] ?? 0),
    forwardReturn: Float64Array.from(rows, (row) => predictions.forwardReturn[row] ?? NaN),
    baseRate: Float64Array.from(rows, (row) => predictions.baseRate[row] ?? NaN),
  };
}

/** Distinct texts in rising order. */
export function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
