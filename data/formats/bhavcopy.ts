import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** The NSE's daily bhavcopy until July 2024. */
export const BHAVCOPY: BarFormat = {
  name: 'bhavcopy',
  from: "NSE's bhavcopy until July 2024, a file a day",
  header: 'header',
  signs: [['symbol', 'series', 'prevclose', 'tottrdqty', 'tottrdval', 'timestamp']],
  columns: {
    time: ['timestamp'],
    symbol: ['symbol'],
    series: ['series'],
    ...PRICE_NAMES,
    volume: ['tottrdqty'],
  },
  dates: '02-JAN-2023',
  files: 'cm02JAN2023bhav.csv, cm02JAN2023bhav.csv.zip',
  adjusted: 'no',
  notes: 'all symbols; series as nse-website',
};
