import type { Role } from './format.js';

/**
 * A column's name without case, spaces, marks and a number before it: `"No. of Trades "` and `No_of_Trades` are one
 * name, and so are `4. close` and `Close`.
 */
export function columnName(cell: string): string {
  return cell
    .toLowerCase()
    .replace(/^\s*\d+\.\s/, '')
    .replace(/[^a-z0-9]/g, '');
}

/** Names that columns have in files of many tools, by role; of several in one header the first is taken. */
export const COLUMN_NAMES: Readonly<Record<Role, readonly string[]>> = {
  time: [
    'timestamp',
    'datetime',
    'date',
    'dateymd',
    'datedmy',
    'datemdy',
    'dtyyyymmdd',
    'tradedate',
    'tradingdate',
    'traddt',
    'date1',
    'dateist',
    'datetimeist',
    'dateandtime',
    'localtime',
    'time',
    'day',
    'ts',
    't',
    'epoch',
    'unixtime',
    'starttime',
    'indexlevel0',
  ],
  timeOfDay: ['time', 'timeofday'],
  symbol: ['symbol', 'ticker', 'tckrsymb', 'chsymbol', 'tradingsymbol'],
  series: ['series', 'sctysrs', 'chseries'],
  open: ['open', 'openprice', 'openingprice', 'opnpric', 'into', 'o'],
  high: ['high', 'highprice', 'hghpric', 'tradehighprice', 'inth', 'h'],
  low: ['low', 'lowprice', 'lwpric', 'tradelowprice', 'intl', 'l'],
  // Never the last traded price, the average, or the close adjusted for dividends.
  close: ['close', 'closeprice', 'closingprice', 'clspric', 'intc', 'c'],
  volume: [
    'volume',
    'vol',
    'totaltradedquantity',
    'totaltradedqty',
    'totaltradequantity',
    'tottrdqty',
    'ttltradgvol',
    'ttltrdqnty',
    'tottradedqty',
    'tradedquantity',
    'tradedqty',
    'sharestraded',
    'noofshares',
    'tradedvolume',
    'quantity',
    'qty',
    'intv',
    'v',
  ],
};

/** Columns of prices and volume in the many formats that name them by nothing else. */
export const PRICE_NAMES = {
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  volume: ['volume'],
} as const satisfies Readonly<Partial<Record<Role, readonly string[]>>>;
