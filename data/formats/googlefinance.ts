import { PRICE_NAMES } from './column-names.js';
import type { BarFormat } from './format.js';

/** A sheet filled by the function GOOGLEFINANCE, saved as CSV. */
export const GOOGLEFINANCE: BarFormat = {
  name: 'googlefinance',
  from: 'Google Sheets, GOOGLEFINANCE(…, "all", …)',
  header: 'header',
  firstTime: /15:30:00$/,
  columns: {
    time: ['date'],
    ...PRICE_NAMES,
  },
  dates: '02/01/2023 15:30:00 or 1/2/2023 15:30:00, by the settings of the sheet',
  files: 'RELIANCE.csv',
  adjusted: 'splits',
  notes: 'stamped with the close, 15:30',
};
