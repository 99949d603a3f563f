import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Papa from 'papaparse';

import { BarRows } from '../../data/bars/bar-rows.js';
import { joinBars } from '../../data/bars/join-bars.js';
import { formatBarTime } from '../../data/bars/bar-time.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { readBarFile } from '../../data/formats/engine/read-bar-file.js';
import { symbolKey } from '../../data/formats/engine/symbol-key.js';
import type { Universe } from '../../data/schemas/universe.js';
import { openCsvSource } from '../../data/sources/csv-source.js';
import { packageRoot } from '../../data/store/package-root.js';

/** Rounds of which the fastest counts: what disturbs a round only makes it slower. */
const ROUNDS = 7;
const DAYS = { from: '2022-01-01', to: '2025-01-01' };

/** How long files of one format take to read, beside papaparse alone on the same bytes; CPU time in seconds. */
export interface FormatFigures {
  readonly format: string;
  readonly files: number;
  readonly bytes: number;
  readonly parseSeconds: number;
  readonly readSeconds: number;
}

/** Reads the same bars in several formats: bytes to series, beside papaparse on the decoded bytes, in one process. */
export async function measureFormats(
  series: readonly BarSeries[],
  interval: BarSeries['interval'],
  calendar: Calendar,
): Promise<FormatFigures[]> {
  const figures: FormatFigures[] = [];
  for (const [format, files] of Object.entries(
    interval === '1day' ? dailyFiles(series) : plainFiles(series),
  )) {
    const all = files.map((text) => Buffer.from(text));
    const wanted = new Set(series.map(({ symbol }) => symbolKey(symbol)));
    let [parseSeconds, readSeconds] = [Infinity, Infinity];
    for (let round = 0; round < ROUNDS; round += 1) {
      parseSeconds = Math.min(
        parseSeconds,
        await cpuSeconds(() => {
          for (const bytes of all) Papa.parse(new TextDecoder().decode(bytes));
        }),
      );
      readSeconds = Math.min(
        readSeconds,
        await cpuSeconds(async () => {
          const rows = new Map<string, BarRows>();
          for (const [index, bytes] of all.entries())
            for (const table of (await readBarFile('f.csv', bytes, { calendar, wanted })).tables)
              for (const [key, added] of table.rows.symbols) {
                const symbol = key === '' ? String(index) : key;
                const known = rows.get(symbol) ?? new BarRows();
                rows.set(symbol, known);
                known.add(table, added);
              }
          for (const [symbol, one] of rows) joinBars(one, { symbol, interval, days: DAYS, calendar });
        }),
      );
    }
    const bytes = all.reduce((sum, one) => sum + one.length, 0);
    figures.push({ format, files: all.length, bytes, parseSeconds, readSeconds });
  }
  return figures;
}

/** Wall time of a whole folder of daily files in the plain format, from disk to series, in seconds. */
export async function measureFolder(
  folder: string,
  series: readonly BarSeries[],
  universe: Universe,
): Promise<number> {
  mkdirSync(folder);
  const { plain = [] } = plainFiles(series);
  series.forEach(({ symbol }, index) =>
    writeFileSync(path.join(folder, `${symbol}.csv`), plain[index] ?? ''),
  );
  const begun = performance.now();
  const source = await openCsvSource(
    { bars: folder, interval: '1day', ...DAYS },
    { packageRoot, universe, aliases: () => [] },
  );
  for (const { symbol } of series) await source.read(symbol);
  return (performance.now() - begun) / 1000;
}

async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** A bar's values as a format writes them, and its date. */
type WriteRow = (date: string, values: readonly string[], symbol: string) => string;

function plainFiles(series: readonly BarSeries[]): Record<string, string[]> {
  return {
    plain: series.map((one) =>
      fileOf(one, 'date,open,high,low,close,volume', (date, values) => [date, ...values].join(',')),
    ),
  };
}

function dailyFiles(series: readonly BarSeries[]): Record<string, string[]> {
  const NSE =
    '"Date ","series ","OPEN ","HIGH ","LOW ","PREV. CLOSE ","ltp ","close ","vwap ","52W H ","52W L ","VOLUME ","VALUE ","No of trades "';
  return {
    ...plainFiles(series),
    'nse-website': series.map((one) =>
      fileOf(one, NSE, (date, [o = '', h = '', l = '', c = '', v = '']) =>
        [named(date), 'EQ', ...[o, h, l, o, c, c, c, h, l, v, '6028134622.40', '94444'].map(grouped)]
          .map((cell) => `"${cell}"`)
          .join(','),
      ),
    ),
    investing: series.map((one) =>
      fileOf(
        one,
        '"Date","Price","Open","High","Low","Vol.","Change %"',
        (date, [o = '', h = '', l = '', c = '', v = '']) => {
          const [year = '', month = '', day = ''] = date.split('-');
          const cells = [
            `${month}/${day}/${year}`,
            ...[c, o, h, l].map(grouped),
            `${(Number(v) / 1e6).toFixed(2)}M`,
            '0.12%',
          ];
          return cells.map((cell) => `"${cell}"`).join(',');
        },
      ),
    ),
    tradingview: series.map((one) =>
      fileOf(one, 'time,open,high,low,close,Volume', (date, values) =>
        [Date.parse(`${date}T03:45:00Z`) / 1000, ...values].join(','),
      ),
    ),
    'bhavcopy-full': bhavcopies(series),
  };
}

function fileOf(series: BarSeries, header: string, write: WriteRow): string {
  const rows = Array.from(series.time, (time, bar) =>
    write(
      formatBarTime(time, series.interval),
      [series.open, series.high, series.low, series.close, series.volume].map((column) =>
        String(column[bar] ?? 0),
      ),
      series.symbol,
    ),
  );
  return [header, ...rows].join('\n');
}

/** A file a day, with twenty times as many other symbols. */
function bhavcopies(series: readonly BarSeries[]): string[] {
  const days = new Map<string, string[]>();
  for (const one of series)
    fileOf(one, '', (date, [o = '', h = '', l = '', c = '', v = ''], symbol) => {
      const rows = days.get(date) ?? [];
      days.set(date, rows);
      for (let other = 0; other <= 20; other += 1)
        rows.push(
          `${symbol}${other === 0 ? '' : `X${other}`}, EQ, ${named(date)}, ${o}, ${o}, ${h}, ${l}, ${c}, ${c}, ${c}, ${v}, 520.00, 400, 25000, 50.00`,
        );
      return '';
    });
  const header =
    'SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER';
  return [...days.values()].slice(0, 60).map((rows) => [header, ...rows].join('\n'));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function named(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}-${MONTHS[Number(month) - 1] ?? ''}-${year}`;
}

function grouped(value: string): string {
  const [whole = '', decimals] = value.split('.');
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? thousands : `${thousands}.${decimals}`;
}
