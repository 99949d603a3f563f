import type { BarFormat } from './format.js';

/** Any table whose columns have names that are known. */
export const GENERIC: BarFormat = {
  name: 'generic',
  from: 'any other table with known column names',
  header: 'header',
  dates: 'any of the forms on this page',
  files: 'RELIANCE.csv',
  adjusted: 'unknown',
  notes:
    'columns are found by many names for each; the last traded price or an adjusted close is never the close',
};
