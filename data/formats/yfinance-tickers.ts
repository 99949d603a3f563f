import type { BarFormat } from './format.js';

/** yfinance of today: `download(…).to_csv(…)` writes fields, tickers and the name of the index in three lines. */
export const YFINANCE_TICKERS: BarFormat = {
  name: 'yfinance-tickers',
  from: 'yfinance of today, three header lines, one or many tickers',
  header: 'tickers',
  dates: '2023-01-02, 2023-01-02 03:45:00+00:00',
  files: 'RELIANCE.NS.csv, prices.csv',
  adjusted: 'splits and dividends',
  notes: 'one file may hold many tickers, each in columns of its own',
};
