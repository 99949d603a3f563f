import type { BarFormat } from './format.js';

/** The NSE's daily bhavcopy in the UDiFF layout, since July 2024. */
export const BHAVCOPY_UDIFF: BarFormat = {
  name: 'bhavcopy-udiff',
  from: "NSE's bhavcopy in the UDiFF layout, since July 2024, a file a day",
  header: 'header',
  signs: [['traddt', 'tckrsymb', 'opnpric', 'clspric', 'ttltradgvol']],
  columns: {
    time: ['traddt'],
    symbol: ['tckrsymb'],
    series: ['sctysrs'],
    open: ['opnpric'],
    high: ['hghpric'],
    low: ['lwpric'],
    close: ['clspric'],
    volume: ['ttltradgvol'],
  },
  only: { sgmt: ['CM'], src: ['NSE'] },
  dates: '2024-07-08',
  files: 'BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv, .csv.zip',
  adjusted: 'no',
  notes: 'all symbols of the cash market; rows of other segments are left out; series as nse-website',
};
