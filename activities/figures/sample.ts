import { bytesOf, doublesOf, integersOf } from '../../data/math/fill-columns.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { ascendingOrder } from '../stats/order.js';
import { distinct } from './cohorts.js';
import type { IndexedOutcomes } from './market-rows.js';

/** What came after each row; NaN where it is unknown. */
interface OutcomeColumns {
  /** A column for each of `OUTCOME_HORIZONS`. */
  readonly returns: readonly Float64Array[];
  readonly entryPrice: Float64Array;
  /** Mean value traded a session, in rupees. */
  readonly tradedValue: Float64Array;
}

interface RowColumns extends OutcomeColumns {
  readonly rows: number;
  /** Distinct dates, ascending. */
  readonly dates: readonly string[];
  readonly symbols: readonly string[];
  /** Index into `dates`. */
  readonly date: Int32Array;
  /** Index into `symbols`. */
  readonly symbol: Int32Array;
  readonly probability: Float64Array;
  readonly score: Float64Array;
  readonly label: Uint8Array;
  readonly forwardReturn: Float64Array;
  readonly baseRate: Float64Array;
}

/** One model's rows of one cohort and split as compact columns, sorted by date and symbol. */
export interface CohortSample extends RowColumns {
  readonly cohort: string;
  /** The pooled base rate of the cohort; see `pooledRate`. NaN without rows. */
  readonly pooledRate: number;
  /** Whether outcomes are known at all; without them a return is that of the label. */
  readonly hasOutcomes: boolean;
  readonly entryDate: readonly string[];
}

/** The rows of one split as numeric columns, one entry per row, sorted by date, symbol and cohort. */
export interface Sample extends RowColumns {
  readonly hasOutcomes: boolean;
  readonly cohorts: readonly string[];
  /** Index into `cohorts`. */
  readonly cohort: Int32Array;
  /** The date of the entry as an index into `dates`; -1 where it is none of them. */
  readonly entry: Int32Array;
  /** The pooled base rate of the row's cohort. */
  readonly pooledRate: Float64Array;
}

/** @param rows Indices of the rows of one cohort. */
export function cohortSample(
  cohort: string,
  predictions: Predictions,
  rows: readonly number[],
  market?: IndexedOutcomes,
): CohortSample {
  const dates = distinct(rows.map((row) => predictions.date[row] ?? ''));
  const symbols = distinct(rows.map((row) => predictions.symbol[row] ?? ''));
  const dateIndex = new Map(dates.map((date, index) => [date, index]));
  const symbolIndex = new Map(symbols.map((symbol, index) => [symbol, index]));
  const keys = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? -1;
    keys[at] =
      (dateIndex.get(predictions.date[row] ?? '') ?? 0) * symbols.length +
      (symbolIndex.get(predictions.symbol[row] ?? '') ?? 0);
  }
  const order = ascendingOrder(keys);
  const sorted = Array.from(order, (at) => rows[at] ?? -1);
  const floats = (column: readonly number[] | undefined, of: readonly number[]): Float64Array => {
    const values = new Float64Array(of.length);
    for (let at = 0; at < values.length; at += 1) values[at] = column?.[of[at] ?? -1] ?? NaN;
    return values;
  };
  const outcome = sorted.map(
    (row) => market?.find(predictions.symbol[row] ?? '', predictions.date[row] ?? '') ?? -1,
  );
  const date = new Int32Array(rows.length);
  const symbol = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const key = keys[order[at] ?? 0] ?? 0;
    date[at] = Math.floor(key / symbols.length);
    symbol[at] = key % symbols.length;
  }
  return {
    cohort,
    rows: sorted.length,
    dates,
    symbols,
    date,
    symbol,
    probability: floats(predictions.probability, sorted),
    score: floats(predictions.score, sorted),
    label: bytesOf(sorted, (row) => predictions.label[row] ?? 0),
    forwardReturn: floats(predictions.forwardReturn, sorted),
    baseRate: floats(predictions.baseRate, sorted),
    pooledRate: pooledRate(predictions, sorted),
    hasOutcomes: market !== undefined,
    returns: OUTCOME_HORIZONS.map((_, horizon) => floats(market?.outcomes.returns[horizon], outcome)),
    entryPrice: floats(market?.outcomes.entryPrice, outcome),
    tradedValue: floats(market?.tradedValue, outcome),
    entryDate: outcome.map((row) => market?.outcomes.entryDate[row] ?? ''),
  };
}

/** The rows of all cohorts together. @param parts Sorted by cohort. */
export function joinSamples(parts: readonly CohortSample[]): Sample {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return sampleOfCohort(only);
  const dates = distinct(parts.flatMap((part) => [...part.dates]));
  const symbols = distinct(parts.flatMap((part) => [...part.symbols]));
  const dateIndex = new Map(dates.map((date, index) => [date, index]));
  const symbolIndex = new Map(symbols.map((symbol, index) => [symbol, index]));
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  const cohortOfRow = new Int32Array(total);
  const ownRow = new Int32Array(total);
  const keys = new Float64Array(total);
  let at = 0;
  for (const [cohort, part] of parts.entries()) {
    const dateOf = part.dates.map((date) => dateIndex.get(date) ?? -1);
    const symbolOf = part.symbols.map((symbol) => symbolIndex.get(symbol) ?? -1);
    for (let row = 0; row < part.rows; row += 1, at += 1) {
      cohortOfRow[at] = cohort;
      ownRow[at] = row;
      keys[at] = (dateOf[part.date[row] ?? 0] ?? 0) * symbols.length + (symbolOf[part.symbol[row] ?? 0] ?? 0);
    }
  }
  // The parts are in order, and equal keys stay so: rows of one date and symbol are in the order of their cohorts.
  const order = ascendingOrder(keys);
  const floats = (columnOf: (part: CohortSample) => ArrayLike<number> | undefined): Float64Array => {
    const columns = parts.map(columnOf);
    const values = new Float64Array(total);
    for (let row = 0; row < total; row += 1) {
      const place = order[row] ?? 0;
      values[row] = columns[cohortOfRow[place] ?? 0]?.[ownRow[place] ?? 0] ?? NaN;
    }
    return values;
  };
  const key = (place: number): number => keys[place] ?? 0;
  const entries = parts.map(({ entryDate }) => entryDate.map((date) => dateIndex.get(date) ?? -1));
  return {
    rows: total,
    dates,
    symbols,
    cohorts: parts.map(({ cohort }) => cohort),
    cohort: integersOf(order, (place) => cohortOfRow[place] ?? 0),
    date: integersOf(order, (place) => Math.floor(key(place) / symbols.length)),
    symbol: integersOf(order, (place) => key(place) % symbols.length),
    probability: floats(({ probability }) => probability),
    score: floats(({ score }) => score),
    label: Uint8Array.from(floats(({ label }) => label)),
    forwardReturn: floats(({ forwardReturn }) => forwardReturn),
    baseRate: floats(({ baseRate }) => baseRate),
    pooledRate: doublesOf(order, (place) => parts[cohortOfRow[place] ?? 0]?.pooledRate ?? NaN),
    hasOutcomes: parts.some(({ hasOutcomes }) => hasOutcomes),
    returns: OUTCOME_HORIZONS.map((_, horizon) => floats(({ returns }) => returns[horizon])),
    entryPrice: floats(({ entryPrice }) => entryPrice),
    tradedValue: floats(({ tradedValue }) => tradedValue),
    entry: integersOf(order, (place) => entries[cohortOfRow[place] ?? 0]?.[ownRow[place] ?? 0] ?? -1),
  };
}

/** A cohort alone: its rows are in order. */
function sampleOfCohort({ cohort, entryDate, pooledRate, ...part }: CohortSample): Sample {
  const dateIndex = new Map(part.dates.map((date, index) => [date, index]));
  return {
    ...part,
    cohorts: [cohort],
    cohort: new Int32Array(part.rows),
    pooledRate: new Float64Array(part.rows).fill(pooledRate),
    entry: integersOf(entryDate, (date) => dateIndex.get(date) ?? -1),
  };
}

/**
 * The pooled base rate of a cohort: the mean over its windows of the share of ones among the window's
 * training labels. All of these are resolved before the tested rows, so it is the best prediction without
 * knowledge of symbols or dates. It is the reference for the placebo. The base rate of a single window is
 * estimated from about a hundred overlapping labels; it is so noisy that even a constant prediction has skill
 * against it.
 *
 * @param rows Rows of one cohort and split.
 */
function pooledRate(predictions: Predictions, rows: readonly number[]): number {
  const rates = new Map<string, number>();
  for (const row of rows) rates.set(predictions.window[row] ?? '', predictions.baseRate[row] ?? NaN);
  return [...rates.values()].reduce((total, rate) => total + rate, 0) / rates.size;
}
