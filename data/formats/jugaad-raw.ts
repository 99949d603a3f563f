import type { BarFormat } from './format.js';

/** Raw answers of the NSE's website, as jugaad-data and nsepython keep them. */
export const JUGAAD_RAW: BarFormat = {
  name: 'jugaad-raw',
  from: 'Python packages jugaad-data (stock_raw) and nsepython',
  header: 'header',
  signs: [['chtimestamp', 'chopeningprice', 'chclosingprice']],
  columns: {
    time: ['chtimestamp'],
    symbol: ['chsymbol'],
    series: ['chseries'],
    open: ['chopeningprice'],
    high: ['chtradehighprice'],
    low: ['chtradelowprice'],
    close: ['chclosingprice'],
    volume: ['chtottradedqty'],
  },
  dates: '2023-01-02',
  files: 'RELIANCE.csv',
  adjusted: 'no',
  notes: 'series as nse-website',
};
