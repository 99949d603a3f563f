import path from 'node:path';

import { z } from 'zod';

import { GurukulError, errorMessage } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { Interval } from '../schemas/run-choices.js';
import { canonicalJson, readIfThere, readRef, refTo, sha256 } from '../store/files.js';
import type { Home } from '../store/home.js';
import { dayOfMinutes, isoDate } from '../time/dates.js';
import { decodeBars, emptySeries, encodeBars } from './bar-parquet.js';
import type { BarSeries } from './series.js';

/** The index of a partitioned series. Its text does not name the symbol: equal bars, equal digest. */
const partsSchema = z.strictObject({
  parts: z.array(
    z.strictObject({
      /** `2024q1`: the quarter of the year whose bars the part holds. */
      quarter: z.string(),
      sha256: z.string(),
      bytes: z.number().int().positive(),
      rows: z.number().int().positive(),
    }),
  ),
});

/** Quarters of days, kept: a series asks 75 times for each. */
const QUARTERS = new Map<number, string>();

/** A file to be written. */
export interface StoredFile {
  readonly file: string;
  readonly content: string | Uint8Array;
}

/**
 * A series cut into the quarters of the year, one Parquet file each, and a small index that names them by
 * their content. New bars change the last part alone, so a night's ingest writes one small file a symbol,
 * and runs of different nights share all the others.
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
  // The index comes last: one that is there names parts that are there.
  return { ref, files: [...files, { file, content }] };
}

/**
 * Reads a partitioned series back.
 *
 * @throws GurukulError ChecksumMismatch when the index or a part is missing or not what was written.
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
    const bytes = await readIfThere(file);
    const name = home.relative(file);
    if (bytes === undefined) throw new GurukulError('ChecksumMismatch', `${name} is missing: ingest again`);
    if (sha256(bytes) !== part.sha256)
      throw new GurukulError('ChecksumMismatch', `${name} has changed since it was written: ingest again`);
    await decodeBars(bytes, series, first, part.rows, name);
    first += part.rows;
  }
  return series;
}

function parseIndex(text: string, name: string): z.output<typeof partsSchema> {
  try {
    return partsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${name} is no index of bars: ${errorMessage(error)}`, {
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
