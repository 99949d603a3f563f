import type { BarFormat } from './format.js';

/** Daily files of QuantConnect's LEAN. */
export const LEAN: BarFormat = {
  name: 'lean',
  from: 'QuantConnect LEAN, daily equity files',
  header: 'none',
  places: [['time', 'open', 'high', 'low', 'close', 'volume']],
  firstTime: /^\d{8} \d{2}:\d{2}$/,
  priceScale: 10_000,
  dateOrder: 'ymd',
  dates: '20230102 00:00',
  files: 'reliance.zip',
  adjusted: 'no',
  notes: 'prices are multiplied by 10,000; its minute files, which hold no date, are not read',
};
