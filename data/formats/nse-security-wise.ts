import type { BarFormat } from './format.js';

/** The NSE's archive of security-wise price, volume and deliverable positions. */
export const NSE_SECURITY_WISE: BarFormat = {
  name: 'nse-security-wise',
  from: 'nseindia.com, security-wise price volume archive',
  header: 'header',
  signs: [
    [
      'series',
      'prevclose',
      'openprice',
      'highprice',
      'lowprice',
      'closeprice',
      'averageprice',
      'totaltradedquantity',
    ],
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
  files: '01-01-2023-TO-31-12-2023RELIANCEALLN.csv',
  adjusted: 'no',
  notes: 'series as nse-website; the Python package nselib writes the same columns without spaces (nselib)',
};
