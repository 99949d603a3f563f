import path from 'node:path';

import { z } from 'zod';

import { GurukulError, errorMessage } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { Interval } from '../schemas/run-choices.js';
import { canonicalJson, sha256 } from '../store/digests.js';
import { readRef, refTo } from '../store/file-refs.js';
import type { Home } from '../store/home.js';
import { dayOfMinutes, isoDate } from '../time/dates.js';
import { decodeBars, emptySeries, encodeBars } from './bar-parquet.js';
import type { BarSeries } from './series.js';

/** The index of a partitioned series. It does not name the symbol, so that equal bars give equal digests. */
const partsSchema = z.strictObject({
  parts: z.array(
    z.strictObject({
      /** `2024q1`: the quarter of the year that the part covers. */
      quarter: z.string(),
      sha256: z.string(),
      bytes: z.number().int().positive(),
      rows: z.number().int().positive(),
    }),
  ),
});

/** Cache of the quarters of days: a series looks each of them up 75 times. */
const QUARTERS = new Map<number, string>();

/** A file to write. */
export interface StoredFile {
  readonly file: string;
  readonly content: string | Uint8Array;
}

/**
 * Partitions a series by quarter of the year: one Parquet file per quarter, named by its content, and a small index
 * of them. New bars change the last part only, so a nightly ingest writes one small file per symbol, and runs of
 * different nights share all other files.
 */
export function describeParts(
  home: Home,
  series: BarSeries,
): { readonly ref: FileRef; readonly files: readonly StoredFile[] } {
  const files: StoredFile[] = [];
  const parts: z.output<typeof partsSchema>['parts'] = [];
  for (let first = 0; first < series.time.length;) {
    const quarter = quarterOf(series.time[first] ?? 0);
    let end = first;
    while (end < series.time.length && quarterOf(series.time[end] ?? 0) === quarter) end += 1;
    const content = encodeBars(series, first, end);
    const digest = sha256(content);
    files.push({ file: home.barPart(series.symbol, series.interval, quarter, digest), content });
    parts.push({ quarter, sha256: digest, bytes: content.byteLength, rows: end - first });
    first = end;
  }
  const content = `${canonicalJson({ parts })}\n`;
  const digest = sha256(content);
  const file = home.barIndex(series.symbol, series.interval, digest);
  const ref = refTo(home, file, content, series.time.length, digest);
  // The index is written last, so that its parts exist whenever it exists.
  return { ref, files: [...files, { file, content }] };
}

/**
 * Reads a partitioned series back.
 *
 * @throws GurukulError ChecksumMismatch when the index or a part is missing or has changed.
 */
export async function readParts(
  home: Home,
  ref: FileRef,
  symbol: string,
  interval: Interval,
): Promise<BarSeries> {
  const { parts } = parseIndex((await readRef(home, ref)).toString('utf8'), ref.uri);
  const series = emptySeries(
    symbol,
    interval,
    parts.reduce((sum, { rows }) => sum + rows, 0),
  );
  const folder = path.dirname(home.absolute(ref.uri));
  let first = 0;
  for (const part of parts) {
    const file = home.barPartIn(folder, part.quarter, part.sha256);
    const bytes = await home.store.get(home.relative(file), part.sha256);
    const name = home.relative(file);
    if (bytes === undefined) throw new GurukulError('ChecksumMismatch', `${name} is missing. Ingest again`);
    if (sha256(bytes) !== part.sha256)
      throw new GurukulError('ChecksumMismatch', `${name} has changed since it was written. Ingest again`);
    await decodeBars(bytes, series, first, part.rows, name);
    first += part.rows;
  }
  return series;
}

function parseIndex(text: string, name: string): z.output<typeof partsSchema> {
  try {
    return partsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${name} is not an index of bars: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function quarterOf(minutes: number): string {
  const day = dayOfMinutes(minutes);
  let quarter = QUARTERS.get(day);
  if (quarter === undefined) {
    const date = isoDate(day);
    quarter = `${date.slice(0, 4)}q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
    QUARTERS.set(day, quarter);
  }
  return quarter;
}
