import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import Papa from 'papaparse';

import type { BarSeries } from '../../data/bars/series.js';
import { packageRoot } from '../../data/store/package-root.js';
import { startOfDate } from '../../data/time/dates.js';

/** The folder of real NSE bars, if there is one: `GURUKUL_NSE_DIR`, or `shared/nse` next to the project. */
export function nseDir(): string | undefined {
  const folder = process.env['GURUKUL_NSE_DIR'] ?? path.join(packageRoot, '..', 'shared', 'nse');
  return existsSync(path.join(folder, 'daily')) ? folder : undefined;
}

/** Skips a suite with a message if there are no real bars. Call it in `before`. */
export function needsNse(context: Mocha.Context, folder: string | undefined): asserts folder is string {
  if (folder !== undefined) return;
  console.log('      skipped: no real bars; set GURUKUL_NSE_DIR to the folder that contains daily/');
  context.skip();
}

/** Symbols with a file of daily bars, sorted, with their listing dates in the symbol master. */
export function readNseListings(
  folder: string,
): { readonly symbol: string; readonly listed: string | null }[] {
  return readTable(path.join(folder, 'symbol_master.csv'))
    .map((row) => ({ symbol: row['symbol'] ?? '', listed: row['listing_date'] ?? null }))
    .filter(({ symbol }) => existsSync(barFile(folder, symbol)))
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** A symbol's unadjusted daily bars. */
export function readNseBars(folder: string, symbol: string): BarSeries {
  const rows = readTable(barFile(folder, symbol));
  const column = (name: string): Float64Array => Float64Array.from(rows, (row) => Number(row[name]));
  return {
    symbol,
    interval: '1day',
    time: Int32Array.from(rows, (row) => startOfDate(row['date'] ?? '')),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

function barFile(folder: string, symbol: string): string {
  return path.join(folder, 'daily', `${symbol}.csv`);
}

function readTable(file: string): Partial<Record<string, string>>[] {
  return Papa.parse<Partial<Record<string, string>>>(readFileSync(file, 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data;
}
