import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** Candles of 5paisa's Python client. */
export const FIVEPAISA: BarFormat = {
  name: '5paisa',
  from: '5paisa, historical_data',
  header: 'header',
  columns: {
    time: ['datetime'],
    ...PRICE_NAMES,
  },
  dates: '2023-01-02T09:15:00',
  files: 'RELIANCE.csv',
  adjusted: 'unknown',
  notes: 'the stamps of daily bars may change from 00:00 to 09:15 within a file',
};
