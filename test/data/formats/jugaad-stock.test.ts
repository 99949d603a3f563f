import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format jugaad-stock', () => {
  it('has the newest bar first, and an index if pandas wrote it', async () => {
    const header =
      'DATE,SERIES,OPEN,HIGH,LOW,PREV. CLOSE,LTP,CLOSE,VWAP,52W H,52W L,VOLUME,VALUE,NO OF TRADES,SYMBOL\n';
    const rows = [
      '2023-12-29,EQ,1275.0,1278.2,1270.85,1275.0,1276.55,1274.1,1276.53,1278.2,1274.85,4722208,6028134622.40,94444,TEST\n',
      '2023-12-28,EQ,1249.35,1282.1,1246.15,1249.35,1280.65,1279.8,1264.12,1282.1,1246.15,2508351,3212319708.15,50167,TEST\n',
    ];
    const expected = [
      'jugaad-stock',
      2,
      '2023-12-28 1249.35 1282.1 1246.15 1279.8 2508351',
      '2023-12-29 1275 1278.2 1270.85 1274.1 4722208',
    ];
    expect(await readSummary(header + rows.join(''))).to.deep.equal(expected);
    expect(await readSummary(`,${header}${rows.map((row, at) => `${at},${row}`).join('')}`)).to.deep.equal(
      expected,
    );
  });
});
