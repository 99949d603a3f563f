import { readFileSync } from 'node:fs';

import { GurukulError, storeUnavailable, systemErrorCode } from '../errors.js';
import type { DayRange } from '../schemas/day-range.js';
import type { ProviderResponse, BarRevision } from '../schemas/provider-log.js';
import { providerResponseSchema, barRevisionSchema } from '../schemas/provider-log.js';
import type { Interval, SourceName } from '../schemas/run-choices.js';
import { canonicalJson } from '../store/digests.js';
import { readRef } from '../store/file-refs.js';
import type { Home } from '../store/home.js';
import { parseJsonLines } from '../store/json-lines.js';
import { dayOfMinutes, isoDate, startOfDate } from '../time/dates.js';
import type { BarValues } from './merge-series.js';
import { barAt, mergeSeries } from './merge-series.js';
import { parseSeriesText } from './series-text.js';
import type { BarSeries } from './series.js';
import { lowerBound, sliceBars } from './series.js';

/** A series from one provider. Series of different providers are never mixed. */
export interface FetchedKey {
  readonly source: SourceName;
  readonly symbol: string;
  readonly interval: Interval;
}

/**
 * All responses for a series, in the order in which they came. A partial line left by a crash is skipped; its days
 * are requested again.
 *
 * @throws GurukulError StoreUnavailable
 */
export function readResponses(home: Home, { source, symbol, interval }: FetchedKey): ProviderResponse[] {
  return parseJsonLines(readText(home.fetchedAnswers(source, symbol, interval)), providerResponseSchema);
}

/**
 * All revisions of a series' bars, in the order in which the new values came.
 *
 * @throws GurukulError StoreUnavailable
 */
export function readRevisions(home: Home, { source, symbol, interval }: FetchedKey): BarRevision[] {
  const latest = new Map<string, string>();
  const lines = parseJsonLines(readText(home.fetchedRevisions(source, symbol, interval)), barRevisionSchema);
  return lines.filter(({ bar, was, now }) => {
    // A merge that was killed before its last line is done again, and records its revisions again.
    const change = canonicalJson({ was, now });
    if (latest.get(bar) === change) return false;
    latest.set(bar, change);
    return true;
  });
}

/**
 * The series that all responses together make, as it is now; for a restated bar, the latest values. Null if there
 * are no bars in the range.
 *
 * @param range The days to read; absent: all.
 * @param answers The log, if the caller has read it already.
 * @throws GurukulError ChecksumMismatch when a file of the store is missing or has changed.
 */
export async function readFetchedBars(
  home: Home,
  key: FetchedKey,
  range?: DayRange,
  answers: readonly ProviderResponse[] = readResponses(home, key),
): Promise<BarSeries | null> {
  const pieces: BarSeries[] = [];
  for (const { file } of answers) {
    if (file === null || (range !== undefined && !mayOverlap(file.uri, range))) continue;
    const series = parseSeriesText(await readRef(home, file), key.symbol, key.interval);
    if (series === undefined) throw new GurukulError('ChecksumMismatch', `${file.uri} contains no bars`);
    pieces.push(series);
  }
  const all = mergeSeries(key.symbol, key.interval, pieces);
  const series =
    range === undefined
      ? all
      : sliceBars(
          all,
          lowerBound(all.time, startOfDate(range.from)),
          lowerBound(all.time, startOfDate(range.to)),
        );
  return series.time.length === 0 ? null : series;
}

/** A response that contained a bar, and the values of the bar in it. */
export interface BarOrigin {
  readonly answer: ProviderResponse;
  readonly values: BarValues;
}

/**
 * The responses that added or revised a bar, newest first: the first one has the values that are read now.
 *
 * @param minutes The bar's time in exchange minutes.
 * @throws GurukulError ChecksumMismatch when a file of the store is missing or has changed.
 */
export async function originsOfBar(home: Home, key: FetchedKey, minutes: number): Promise<BarOrigin[]> {
  const day = isoDate(dayOfMinutes(minutes));
  const next = isoDate(dayOfMinutes(minutes) + 1);
  const origins: BarOrigin[] = [];
  for (const answer of readResponses(home, key)) {
    const series = await readFetchedBars(home, key, { from: day, to: next }, [answer]);
    const bar = series?.time.indexOf(minutes) ?? -1;
    if (series !== null && bar >= 0) origins.unshift({ answer, values: barAt(series, bar) });
  }
  return origins;
}

/** Whether a piece may have bars in a range, judged by the days in its file name. */
function mayOverlap(uri: string, { from, to }: DayRange): boolean {
  const [, first = '', end = ''] = /(\d{4}-\d{2}-\d{2})_to_(\d{4}-\d{2}-\d{2})-[^/]*$/.exec(uri) ?? [];
  return end === '' || (first < to && end > from);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw storeUnavailable(`read ${file}`, error);
  }
}
