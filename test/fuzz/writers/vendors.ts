import { chance, dayOf, isoDay, oneOf } from '../bar.js';
import type { DrawFormat } from './format.js';
import { DATES, DEFAULTS, clock, grouped, mapPrices, plain, rounded, table, utc } from './format.js';

/** Formats of brokers and of charting sites. */
export const kite: DrawFormat = (random) => {
  const number = plain();
  const zone = oneOf(random, ['+05:30', '+0530']);
  const mark = oneOf(random, [' ', 'T']);
  return {
    ...DEFAULTS,
    name: 'kite',
    kinds: ['1day', '5minute', '1minute'],
    write: (rows) =>
      table([
        ['date', 'open', 'high', 'low', 'close', 'volume'],
        ...rows.map((row) => [
          `${isoDay(dayOf(row.time))}${mark}${clock(row.time)}:00${zone}`,
          ...[row.open, row.high, row.low, row.close, row.volume].map(number),
        ]),
      ]),
  };
};

export const fivepaisa: DrawFormat = (random, kind) => {
  const number = plain();
  const indexed = chance(random, 0.5);
  const change = kind === '1day' && chance(random, 0.5);
  return {
    ...DEFAULTS,
    name: '5paisa',
    kinds: ['1day', '5minute', '1minute'],
    write: (rows) =>
      table([
        [...(indexed ? [''] : []), 'Datetime', 'Open', 'High', 'Low', 'Close', 'Volume'],
        ...rows.map((row, index) => [
          ...(indexed ? [String(index)] : []),
          // Daily stamps change from midnight to the start of the session within a file.
          `${isoDay(dayOf(row.time))}T${change && 2 * index > rows.length ? '09:15' : clock(row.time)}:00`,
          ...[row.open, row.high, row.low, row.close, row.volume].map(number),
        ]),
      ]),
  };
};

export const tradingview: DrawFormat = (random, kind) => {
  const number = plain();
  const interval = { '1day': '1D', '5minute': '5', '1minute': '1' }[kind];
  const unix = chance(random, 0.7);
  return {
    ...DEFAULTS,
    name: 'tradingview',
    kinds: ['1day', '5minute', '1minute'],
    write: (rows) =>
      table([
        ['time', 'open', 'high', 'low', 'close', 'MA', 'Volume'],
        ...rows.map((row) => {
          const time = kind === '1day' ? row.time + 9 * 60 + 15 : row.time;
          return [
            unix ? String(utc(time) * 60) : `${isoDay(dayOf(time))}T${clock(time)}:00+05:30`,
            ...[row.open, row.high, row.low, row.close, row.low, row.volume].map(number),
          ];
        }),
      ]),
    fileName: (symbol = 'all') => `NSE_${symbol.replace('&', '_')}, ${interval}.csv`,
  };
};

export const googlefinance: DrawFormat = (random) => {
  const number = plain();
  const date = oneOf(random, [DATES.american, DATES.dmy('/')]);
  return {
    ...DEFAULTS,
    name: 'googlefinance',
    leavesOpen: ['ambiguous_dates'],
    write: (rows) =>
      table([
        ['Date', 'Open', 'High', 'Low', 'Close', 'Volume'],
        ...rows.map((row) => [
          `${date(dayOf(row.time))} 15:30:00`,
          ...[row.open, row.high, row.low, row.close, row.volume].map(number),
        ]),
      ]),
  };
};

export const investing: DrawFormat = (random) => {
  const number = grouped('en-US');
  const date = oneOf(random, [DATES.mdy('/'), DATES.dmy('-'), DATES.dmy('/')]);
  return {
    ...DEFAULTS,
    name: 'investing',
    leavesOpen: ['ambiguous_dates'],
    falling: true,
    carry: mapPrices((price) => Number(price.toFixed(2)), shortVolume),
    write: (rows) =>
      table(
        [
          ['Date', 'Price', 'Open', 'High', 'Low', 'Vol.', 'Change %'],
          ...rows.map((row) => [
            ...[
              date(dayOf(row.time)),
              number(row.close),
              number(row.open),
              number(row.high),
              number(row.low),
            ],
            ...[shortText(row.volume ?? 0), '0.12%'],
          ]),
        ],
        { quoted: 'all' },
      ),
    fileName: (symbol = 'all') => oneOf(random, [`${symbol} Historical Data.csv`, `${symbol}.csv`]),
  };
};

function shortText(volume: number): string {
  if (volume >= 1e9) return `${(volume / 1e9).toFixed(2)}B`;
  return volume >= 1e6 ? `${(volume / 1e6).toFixed(2)}M` : `${(volume / 1e3).toFixed(2)}K`;
}

function shortVolume(volume: number): number {
  const unit = volume >= 1e9 ? 1e9 : volume >= 1e6 ? 1e6 : 1e3;
  return Math.round(Number((volume / unit).toFixed(2)) * unit);
}

/** AmiBroker's text, without a header. */
export const amibroker: DrawFormat = (random, kind) => {
  const number = plain();
  const date = oneOf(random, [DATES.compact, DATES.iso]);
  const directive = chance(random, 0.2);
  const columns = [
    'Ticker',
    'Date_YMD',
    ...(kind === '1day' ? [] : ['Time']),
    'Open',
    'High',
    'Low',
    'Close',
    'Volume',
  ];
  return {
    ...DEFAULTS,
    name: 'amibroker',
    kinds: ['1day', '5minute', '1minute'],
    many: 'rows',
    carry: rounded(oneOf(random, [2, 4])),
    header: false,
    write: (rows) =>
      (directive ? `$FORMAT ${columns.join(',')}\n` : '') +
      table(
        rows.map((row) => [
          row.name,
          date(dayOf(row.time)),
          ...(kind === '1day' ? [] : [clock(row.time)]),
          ...[row.open, row.high, row.low, row.close, row.volume].map(number),
        ]),
      ),
    fileName: (symbol) => `${symbol ?? 'all'}.txt`,
  };
};

/** Daily files of LEAN: prices in ten-thousandths. */
export const lean: DrawFormat = () => ({
  ...DEFAULTS,
  name: 'lean',
  carry: rounded(4),
  header: false,
  write: (rows) =>
    table(
      rows.map((row) => [
        `${DATES.compact(dayOf(row.time))} 00:00`,
        ...[row.open, row.high, row.low, row.close].map((price) => String(Math.round((price ?? 0) * 10_000))),
        String(row.volume),
      ]),
    ),
  fileName: (symbol = 'all') => `${symbol.toLowerCase()}.csv`,
});
