import type { Predictions, Split } from '../../data/predictions/prediction.js';

/** The rows of one split as numeric columns, one entry per row. */
export interface Sample {
  readonly rows: number;
  /** Distinct dates, ascending. */
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
  /** The pooled base rate of the row's cohort; see `pooledRates`. */
  readonly pooledRate: Float64Array;
}

/** The rows of one split, in the order of the predictions. */
export function sampleOf(predictions: Predictions, split: Split): Sample {
  const rows = Array.from(predictions.split.keys()).filter((row) => predictions.split[row] === split);
  const dates = distinct(rows.map((row) => predictions.date[row] ?? ''));
  const symbols = distinct(rows.map((row) => predictions.symbol[row] ?? ''));
  const dateIndex = new Map(dates.map((date, index) => [date, index]));
  const symbolIndex = new Map(symbols.map((symbol, index) => [symbol, index]));
  const pooled = pooledRates(predictions, rows);
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
    pooledRate: Float64Array.from(rows, (row) => pooled.get(cohortOf(predictions.window[row] ?? '')) ?? NaN),
  };
}

/**
 * The pooled base rate of every cohort: the mean over its windows of the share of ones among the window's
 * training labels. All of these are resolved before the tested rows, so it is the best prediction without
 * knowledge of symbols or dates. It is the reference for the placebo. The base rate of a single window is
 * estimated from about a hundred overlapping labels; it is so noisy that even a constant prediction has skill
 * against it.
 *
 * @param rows Rows of one split.
 */
function pooledRates(predictions: Predictions, rows: readonly number[]): Map<string, number> {
  const byCohort = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const window = predictions.window[row] ?? '';
    const cohort = cohortOf(window);
    const rates = byCohort.get(cohort) ?? new Map<string, number>();
    byCohort.set(cohort, rates);
    rates.set(window, predictions.baseRate[row] ?? NaN);
  }
  return new Map(
    Array.from(byCohort, ([cohort, rates]) => {
      const sum = [...rates.values()].reduce((total, rate) => total + rate, 0);
      return [cohort, sum / rates.size];
    }),
  );
}

/** `START_to_END` of a window label `SYMBOL_START_to_END`; symbols hold no underscore. */
export function cohortOf(window: string): string {
  return window.slice(window.indexOf('_') + 1);
}

/** Distinct texts, sorted. */
export function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
