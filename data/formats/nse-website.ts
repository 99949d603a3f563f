import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** A share's historical data as the NSE's website exports it. */
export const NSE_WEBSITE: BarFormat = {
  name: 'nse-website',
  from: 'nseindia.com, historical data of a share',
  header: 'header',
  signs: [['series', 'prevclose', 'ltp', 'vwap', 'nooftrades', '52wh']],
  columns: {
    time: ['date'],
    series: ['series'],
    ...PRICE_NAMES,
  },
  dates: '29-Dec-2023',
  files: 'Quote-Equity-RELIANCE-EQ-01-01-2023-to-31-12-2023.csv',
  adjusted: 'no',
  notes: 'thousands commas, newest first; series EQ is used, BE or BZ where they stand alone',
};
