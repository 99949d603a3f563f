import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** A chart's data as TradingView exports it. */
export const TRADINGVIEW: BarFormat = {
  name: 'tradingview',
  from: 'TradingView, export of a chart',
  header: 'header',
  without: ['date', 'datetime', 'timestamp'],
  columns: {
    time: ['time'],
    ...PRICE_NAMES,
  },
  dates: '1672631100 (Unix seconds), 2023-01-02T09:15:00+05:30',
  files: 'NSE_RELIANCE, 1D.csv',
  adjusted: 'splits',
  notes: 'columns of indicators are ignored',
};
