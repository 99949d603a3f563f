import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** What nsepy's `get_history` gives, and the public data sets made with it. */
export const NSEPY: BarFormat = {
  name: 'nsepy',
  from: 'Python package nsepy, and data sets made with it',
  header: 'header',
  signs: [['symbol', 'series', 'prevclose', 'last', 'vwap', 'turnover']],
  columns: {
    time: ['date'],
    symbol: ['symbol'],
    series: ['series'],
    ...PRICE_NAMES,
  },
  dates: '2021-04-30',
  files: 'RELIANCE.csv, NIFTY50_all.csv',
  adjusted: 'no',
  notes: 'series as nse-website',
};
