import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** Candles of Zerodha's Kite Connect, written by its Python client. */
export const KITE: BarFormat = {
  name: 'kite',
  from: "Zerodha's Kite Connect, historical_data",
  header: 'header',
  firstTime: /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}\+05:?30$/,
  columns: {
    time: ['date'],
    ...PRICE_NAMES,
  },
  dates: '2023-01-02 09:15:00+05:30, 2023-01-02T09:15:00+0530',
  files: 'RELIANCE.csv',
  adjusted: 'splits',
};
