import type { BarFormat } from './format.js';

/** AmiBroker's ASCII export and import: no header, or a `$FORMAT` line that is one. */
export const AMIBROKER: BarFormat = {
  name: 'amibroker',
  from: 'AmiBroker ASCII, and other files without a header',
  header: 'none',
  places: [
    ['symbol', 'time', 'open', 'high', 'low', 'close', 'volume'],
    ['symbol', 'time', 'timeOfDay', 'open', 'high', 'low', 'close', 'volume'],
    ['time', 'open', 'high', 'low', 'close', 'volume'],
    ['time', 'timeOfDay', 'open', 'high', 'low', 'close', 'volume'],
  ],
  dateOrder: 'ymd',
  dates: '20230102 or 2023-01-02; a time of day in a column of its own',
  files: 'RELIANCE.txt, all.csv',
  adjusted: 'unknown',
  notes:
    '[ticker,] date[, time], open, high, low, close, volume. Without a ticker it must be named: --format amibroker',
};
