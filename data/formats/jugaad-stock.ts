import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** What jugaad-data's `stock_csv` and `stock_df` write. */
export const JUGAAD_STOCK: BarFormat = {
  name: 'jugaad-stock',
  from: 'Python package jugaad-data, stock_csv and stock_df',
  header: 'header',
  signs: [['series', 'prevclose', 'ltp', 'vwap', 'nooftrades', 'symbol']],
  columns: {
    time: ['date'],
    symbol: ['symbol'],
    series: ['series'],
    ...PRICE_NAMES,
  },
  dates: '2023-12-29',
  files: 'RELIANCE.csv',
  adjusted: 'no',
  notes: 'newest first; series as nse-website',
};
