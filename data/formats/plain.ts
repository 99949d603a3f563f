import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** The program's own format, which many tools write too. */
export const PLAIN: BarFormat = {
  name: 'plain',
  from: 'this program, and many others',
  header: 'header',
  columns: {
    time: ['timestamp', 'datetime', 'date'],
    timeOfDay: ['time'],
    symbol: ['symbol', 'ticker'],
    series: ['series'],
    ...PRICE_NAMES,
  },
  dates: '2022-01-03, 2022-01-03T09:15:00+05:30',
  files: 'RELIANCE.csv, M&M.csv',
  adjusted: 'unknown',
  notes: 'any order and case of columns; others are ignored',
};
