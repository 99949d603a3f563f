import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** yfinance with one line of column names, and Yahoo's own former download. */
export const YFINANCE: BarFormat = {
  name: 'yfinance',
  from: 'yfinance with one header line, Yahoo Finance downloads',
  header: 'header',
  signs: [['adjclose'], ['dividends', 'stocksplits']],
  columns: {
    time: ['date', 'datetime', ''],
    symbol: ['symbol', 'ticker'],
    ...PRICE_NAMES,
  },
  dates: '2023-01-02, 2023-01-02 00:00:00+05:30',
  files: 'RELIANCE.NS.csv',
  adjusted: 'splits',
  notes:
    'Close is used, not Adj Close. With auto_adjust, the default of today, it is adjusted for dividends too',
};
