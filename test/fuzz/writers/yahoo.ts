import type { Row } from '../bar.js';
import { chance, dayOf, isoDay, oneOf } from '../bar.js';
import type { DrawFormat, Format } from './format.js';
import { DEFAULTS, clock, plain, rounded, single, table, utc } from './format.js';

type Of = (time: number) => string;

const isoTime: Of = (time) => `${isoDay(dayOf(time))} ${clock(time)}:00`;

/** How yfinance writes times: dates alone, midnight, or with the zone. */
function timesOf(random: Parameters<DrawFormat>[0], daily: boolean): Of {
  const zoned: readonly Of[] = [(time) => `${isoTime(time)}+05:30`, (time) => `${isoTime(utc(time))}+00:00`];
  if (!daily) return oneOf(random, zoned);
  return oneOf(random, [(time) => isoDay(dayOf(time)), (time) => `${isoDay(dayOf(time))} 00:00:00+05:30`]);
}

export const yfinance: DrawFormat = (random, kind) => {
  const time = timesOf(random, kind === '1day');
  const number = plain(oneOf(random, ['', 'NaN', 'nan']));
  const withDividends = chance(random, 0.4);
  const suffix = oneOf(random, ['.NS', '']);
  const tail = chance(random, 0.2);
  return {
    ...DEFAULTS,
    name: 'yfinance',
    kinds: ['1day', '5minute', '1minute'],
    carry: oneOf(random, [single, rounded(6)]),
    blanks: true,
    write: (rows) => {
      const ticker = `${rows[0]?.name ?? ''}.NS`;
      const header = withDividends
        ? 'Date,Open,High,Low,Close,Volume,Dividends,Stock Splits'
        : 'Date,Open,High,Low,Close,Adj Close,Volume';
      const line = (row: Row): string[] => {
        const prices = [row.open, row.high, row.low, row.close].map(number);
        const date = time(row.time);
        return withDividends
          ? [date, ...prices, number(row.volume), '0.0', '0.0']
          : [date, ...prices, number(row.close === null ? null : row.close * 0.98), number(row.volume)];
      };
      const tickers = [
        '',
        ...header
          .split(',')
          .slice(1, -1)
          .map(() => ticker),
        '',
      ];
      return table([header.split(','), ...rows.map(line), ...(tail ? [tickers] : [])]);
    },
    fileName: (symbol = 'all') => `${symbol}${suffix}.csv`,
  };
};

/** Rows of many symbols side by side. */
function wide(rows: readonly Row[]): {
  readonly names: readonly string[];
  readonly times: readonly number[];
  readonly at: (time: number, name: string) => Row | undefined;
} {
  const byKey = new Map(rows.map((row) => [`${row.time} ${row.name}`, row]));
  return {
    names: [...new Set(rows.map(({ name }) => name))].sort(),
    times: [...new Set(rows.map(({ time }) => time))].sort((a, b) => a - b),
    at: (time, name) => byKey.get(`${time} ${name}`),
  };
}

const FIELDS = [
  ['Close', 'close'],
  ['High', 'high'],
  ['Low', 'low'],
  ['Open', 'open'],
  ['Volume', 'volume'],
] as const;

function side(
  random: Parameters<DrawFormat>[0],
  kind: Parameters<DrawFormat>[1],
): Omit<Format, 'write' | 'name'> {
  return {
    ...DEFAULTS,
    kinds: ['1day', '5minute', '1minute'],
    many: 'columns',
    carry: kind === '1day' ? single : rounded(4),
    blanks: true,
    header: false,
    fileName: (symbol) =>
      symbol === undefined ? 'prices.csv' : `${symbol}${oneOf(random, ['.NS', ''])}.csv`,
  };
}

export const yfinanceTickers: DrawFormat = (random, kind) => {
  const time = timesOf(random, kind === '1day');
  const number = plain();
  const tickersFirst = chance(random, 0.4);
  const dateLine = chance(random, 0.7);
  return {
    ...side(random, kind),
    name: 'yfinance-tickers',
    write: (rows) => {
      const { names, times, at } = wide(rows);
      const columns = names.flatMap((name) => FIELDS.map(([title, field]) => ({ title, field, name })));
      const fields = [dateLine ? 'Price' : '', ...columns.map(({ title }) => title)];
      const tickers = [dateLine ? 'Ticker' : '', ...columns.map(({ name }) => `${name}.NS`)];
      return table([
        ...(tickersFirst ? [tickers, fields] : [fields, tickers]),
        ...(dateLine ? [['Date', ...columns.map(() => '')]] : []),
        ...times.map((one) => [
          time(one),
          ...columns.map(({ name, field }) => number(at(one, name)?.[field] ?? null)),
        ]),
      ]);
    },
  };
};

export const yfinanceFlattened: DrawFormat = (random, kind) => {
  const time = timesOf(random, kind === '1day');
  const number = plain(oneOf(random, ['', 'NaN']));
  const named = oneOf<(title: string, name: string) => string>(random, [
    (title, name) => `${title}_${name}.NS`,
    (title, name) => `${name}.NS_${title}`,
    (title, name) => `('${title}', '${name}.NS')`,
  ]);
  return {
    ...side(random, kind),
    name: 'yfinance-flattened',
    write: (rows) => {
      const { names, times, at } = wide(rows);
      const columns = names.flatMap((name) => FIELDS.map(([title, field]) => ({ title, field, name })));
      return table([
        ['Date', ...columns.map(({ title, name }) => named(title, name))],
        ...times.map((one) => [
          time(one),
          ...columns.map(({ name, field }) => number(at(one, name)?.[field] ?? null)),
        ]),
      ]);
    },
  };
};
