import type { BarFormat } from './format.js';

/** The NSE's daily bhavcopy with deliverable quantities. */
export const BHAVCOPY_FULL: BarFormat = {
  name: 'bhavcopy-full',
  from: "NSE's bhavcopy with deliverable quantities, a file a day",
  header: 'header',
  signs: [['symbol', 'series', 'date1', 'openprice', 'closeprice', 'ttltrdqnty']],
  columns: {
    time: ['date1'],
    symbol: ['symbol'],
    series: ['series'],
    open: ['openprice'],
    high: ['highprice'],
    low: ['lowprice'],
    close: ['closeprice'],
    volume: ['ttltrdqnty'],
  },
  dates: '02-Jan-2023',
  files: 'sec_bhavdata_full_02012023.csv',
  adjusted: 'no',
  notes: 'all symbols; spaces before cells; series as nse-website',
};
