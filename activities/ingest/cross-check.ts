import type { BarSeries } from '../../data/bars/series.js';
import type { Finding } from '../../data/schemas/ingest.js';
import type { BarReader } from '../../data/sources/source.js';
import { correlationOf, dailyCloses } from './twins.js';

/** Correlation of daily returns below which two sources hold two companies. */
const MIN_CORRELATION = 0.9;
/** Fewer common returns than these are no evidence. */
const MIN_DAYS = 60;

/**
 * Compares a series with what a second source has of the same symbol, by the correlation of their daily
 * returns. Days with a move of more than a fifth are left out, so that one may be adjusted for splits and
 * the other not.
 */
export async function crossCheck(series: BarSeries, second: BarReader): Promise<Finding[]> {
  const { symbol } = series;
  const other = (await second.read(symbol)).series;
  const { correlation, days } =
    other === null ? { correlation: 0, days: 0 } : correlationOf(dailyCloses(series), dailyCloses(other));
  if (days < MIN_DAYS) {
    const message = `${symbol}: the second source has ${days} days in common with these bars, fewer than ${MIN_DAYS}: not compared`;
    return [{ severity: 'info', code: 'not_cross_checked', message }];
  }
  if (correlation >= MIN_CORRELATION) return [];
  const message =
    `${symbol}: its daily returns and those of the second source have a correlation of ${correlation.toFixed(3)} ` +
    `over ${days} days, below ${MIN_CORRELATION}: one of them holds another company's bars`;
  return [{ severity: 'error', code: 'sources_disagree', message }];
}
