import { BarRows } from '../../data/bars/bar-rows.js';
import type { JoinedBars, JoinOptions } from '../../data/bars/join-bars.js';
import { joinBars } from '../../data/bars/join-bars.js';
import { findingList } from '../../data/bars/findings.js';
import type { BarSeries } from '../../data/bars/series.js';
import { formatBarTime } from '../../data/bars/bar-time.js';
import type { ReadFile, ReadOptions } from '../../data/formats/engine/read-bar-file.js';
import { readBarFile } from '../../data/formats/engine/read-bar-file.js';
import type { Finding } from '../../data/schemas/ingest.js';
import { calendar } from './bars.js';

/** What a file holds, read without a run: see `readBarFile`. */
export function readFile(
  content: string | Uint8Array,
  { name = 'f.csv', ...options }: Partial<ReadOptions> & { readonly name?: string } = {},
): Promise<ReadFile> {
  return readBarFile(name, typeof content === 'string' ? Buffer.from(content) : content, {
    calendar,
    ...options,
  });
}

/** All bars of the files, joined into one series, with what is wrong with the files. */
export async function readBars(
  files: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>,
  {
    symbol = 'TEST',
    interval = '1day',
    days = ALL_DAYS,
    stamps,
    ...options
  }: Partial<ReadOptions & JoinOptions> = {},
): Promise<JoinedBars & { readonly formats: readonly string[] }> {
  const rows = new BarRows();
  const found = findingList();
  const contents = typeof files === 'string' || files instanceof Uint8Array ? { 'f.csv': files } : files;
  for (const [name, content] of Object.entries(contents)) {
    const { tables, troubles } = await readFile(content, { name, ...options });
    for (const { code, message } of troubles) found.add('error', code, message);
    for (const table of tables) for (const added of table.rows.symbols.values()) rows.add(table, added);
  }
  const joined = joinBars(rows, {
    symbol,
    interval,
    days,
    calendar,
    ...(stamps === undefined ? {} : { stamps }),
  });
  const findings: readonly Finding[] = [...found.all(), ...joined.findings];
  return { ...joined, findings, formats: rows.sources.map(({ format }) => format) };
}

const ALL_DAYS = { from: '1990-01-01', to: '2100-01-01' };

/** A bar as text: time, prices and volume. @param at Counted from the end if negative. */
export function barText({ interval, time, open, high, low, close, volume }: BarSeries, at: number): string {
  const stamp = formatBarTime(time.at(at) ?? 0, interval);
  return [stamp, ...[open, high, low, close, volume].map((column) => column.at(at))].join(' ');
}

/** Format, number of bars, first and last bar of a file, for comparison at a glance. */
export async function readSummary(
  content: string | Uint8Array,
  options: Parameters<typeof readBars>[1] = {},
): Promise<readonly (string | number)[]> {
  const { series, findings, formats } = await readBars(content, options);
  if (series === null) return findings.map(({ code, message }) => `${code} ${message}`);
  return [formats.join(' '), series.time.length, barText(series, 0), barText(series, -1)];
}
