import { singlesOf } from '../../../data/math/fill-columns.js';
import { parseBarTime } from '../../../data/bars/bar-time.js';
import { lowerBound } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import { dayOfMinutes } from '../../../data/time/dates.js';
import type { FeatureTable } from '../../market/feature-table.js';
import { logit } from '../../stats/logistic.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import { fadingByDay } from './fading.js';
import { SpreadSums } from './spread-sums.js';

/** What teachers say of rows that they did not learn from, by symbol of the table, then by time. */
export interface SoftRows {
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  /** Mean logit over the teachers. */
  readonly logit: Float32Array;
  /** Mean score over the teachers; NaN where there is nothing to rank. */
  readonly score: Float32Array;
  /** By how far the teachers' logits, and their scores, lie apart, and by the labels' age: see {@link fadingByDay}. Mean 1. */
  readonly logitWeight: Float32Array;
  readonly scoreWeight: Float32Array;
}

/** Keeps a logit finite. */
const LEAST = 1e-7;

/**
 * Joins the predictions of several teachers with the rows of the feature table.
 *
 * @param parts Predictions of rows that their makers did not learn from, such as those out of fold.
 * @param before Rows at or after this time are left out, exchange minutes.
 * @throws GurukulError ChecksumMismatch when one is of no row of the table.
 */
export function softRows(
  table: FeatureTable,
  parts: readonly Predictions[],
  before: number,
  interval: Interval,
): SoftRows {
  const ranked = rankedTimes(table);
  const places = new Map(table.symbols.map(({ symbol }, place) => [symbol, place]));
  const minutesOf = timeReader(interval);
  const logits = table.symbols.map(({ time }) => new SpreadSums(time.length));
  const scores = table.symbols.map(({ time }) => new SpreadSums(time.length));
  for (const { symbol, date, probability, score } of parts)
    for (let at = 0; at < symbol.length; at += 1) {
      const place = places.get(symbol[at] ?? '') ?? -1;
      const own = table.symbols[place];
      const minutes = minutesOf(date[at] ?? '');
      if (minutes >= before) continue;
      const row = own === undefined ? -1 : lowerBound(own.time, minutes);
      if (own?.time[row] !== minutes)
        throw new GurukulError(
          'ChecksumMismatch',
          `the predictions of ${symbol[at] ?? ''} do not match the bars of the ingest`,
        );
      const clipped = Math.min(1 - LEAST, Math.max(LEAST, probability[at] ?? NaN));
      logits[place]?.add(row, logit(clipped));
      if (ranked.has(minutes)) scores[place]?.add(row, score[at] ?? NaN);
    }
  return joined(table, logits, scores);
}

function joined(
  { symbols }: FeatureTable,
  logits: readonly SpreadSums[],
  scores: readonly SpreadSums[],
): SoftRows {
  const rows = logits.map((own) => own.rows());
  const count = rows.reduce((sum, own) => sum + own.length, 0);
  const symbol = new Int32Array(count);
  const row = new Int32Array(count);
  const logit = new Float32Array(count);
  const score = new Float32Array(count);
  const days = new Int32Array(count);
  const spreads = { logit: new Float64Array(count), score: new Float64Array(count) };
  let at = 0;
  for (const [place, known] of rows.entries())
    for (const own of known) {
      symbol[at] = place;
      row[at] = own;
      days[at] = dayOfMinutes(symbols[place]?.time[own] ?? NaN);
      logit[at] = logits[place]?.mean(own) ?? NaN;
      score[at] = scores[place]?.mean(own) ?? NaN;
      spreads.logit[at] = logits[place]?.spread(own) ?? NaN;
      spreads.score[at] = scores[place]?.spread(own) ?? NaN;
      at += 1;
    }
  const fading = fadingByDay(days);
  return {
    ...{ symbol, row, logit, score },
    logitWeight: faded(weightsBySpread(spreads.logit), fading),
    scoreWeight: faded(weightsBySpread(spreads.score), fading),
  };
}

/**
 * Weights 1 / (1 + s² / m²) for spreads s with the median m, divided by their mean: what the teachers agree about
 * counts most. A row with one teacher counts as one with the median spread.
 *
 * @param spreads NaN where there is one teacher.
 */
export function weightsBySpread(spreads: Float64Array): Float32Array {
  const known = spreads.filter((spread) => spread > 0).sort();
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return new Float32Array(spreads.length).fill(1);
  const weights = spreads.map((spread) =>
    Number.isNaN(spread) ? 0.5 : 1 / (1 + (spread / median) * (spread / median)),
  );
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return singlesOf(weights, (weight) => weight / mean);
}

/** Products of both, divided by their mean. */
function faded(weights: Float32Array, fading: Float64Array): Float32Array {
  const products = fading.map((left, at) => left * (weights[at] ?? NaN));
  const mean = products.reduce((sum, weight) => sum + weight, 0) / products.length;
  return singlesOf(products, (weight) => weight / mean);
}

/** Many rows have one date. */
function timeReader(interval: Interval): (date: string) => number {
  const known = new Map<string, number>();
  return (date) => {
    const found = known.get(date);
    if (found !== undefined) return found;
    const parsed = parseBarTime(date, interval);
    const minutes = 'minutes' in parsed ? parsed.minutes : NaN;
    known.set(date, minutes);
    return minutes;
  };
}
