import type { BarFormat } from './format.js';

/** yfinance whose two levels of column names were joined into one. */
export const YFINANCE_FLATTENED: BarFormat = {
  name: 'yfinance-flattened',
  from: 'yfinance with field and ticker joined in one name',
  header: 'ticker-names',
  dates: '2023-01-02',
  files: 'RELIANCE.NS.csv, prices.csv',
  adjusted: 'splits and dividends',
  notes: "Close_RELIANCE.NS, RELIANCE.NS_Close or ('Close', 'RELIANCE.NS')",
};
