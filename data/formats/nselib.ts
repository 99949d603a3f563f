import type { BarFormat } from './format.js';

/** What nselib's `price_volume_and_deliverable_position_data` gives, written as CSV. */
export const NSELIB: BarFormat = {
  name: 'nselib',
  from: 'Python package nselib, price and volume of a share',
  header: 'header',
  signs: [
    ['symbol', 'series', 'openprice', 'closeprice', 'totaltradedquantity', 'turnoverinrs', 'nooftrades'],
  ],
  columns: {
    time: ['date'],
    symbol: ['symbol'],
    series: ['series'],
    open: ['openprice'],
    high: ['highprice'],
    low: ['lowprice'],
    close: ['closeprice'],
    volume: ['totaltradedquantity'],
  },
  dates: '29-Dec-2023',
  files: 'RELIANCE.csv',
  adjusted: 'no',
  notes: 'thousands commas; series as nse-website',
};
