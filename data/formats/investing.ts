import type { BarFormat } from './format.js';

/** Historical data as investing.com exports it. */
export const INVESTING: BarFormat = {
  name: 'investing',
  from: 'investing.com, historical data',
  header: 'header',
  signs: [['price', 'open', 'high', 'low', 'vol', 'change']],
  columns: {
    time: ['date'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    close: ['price'],
    volume: ['vol'],
  },
  dates: '12/29/2023, 29-12-2023, Dec 29, 2023, by the language of the site',
  files: 'RELIANCE Historical Data.csv',
  adjusted: 'splits',
  notes: 'volumes such as 2.31M are rounded to three digits',
};
