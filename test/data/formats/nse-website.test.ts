import { expect } from 'chai';

import { readBars, readSummary } from '../../support/read-bars.js';

const HEADER =
  '\uFEFF"Date ","series ","OPEN ","HIGH ","LOW ","PREV. CLOSE ","ltp ","close ","vwap ","52W H ","52W L ","VOLUME ","VALUE ","No of trades "\n';
const row = (date: string, series: string, close: string): string =>
  `"${date}","${series}","1,275.00","1,278.20","1,270.85","1,280.65","1,276.55","${close}","1,276.53","1,533.84","892.39","4,722,208","6,028,134,622.40","94,444"\n`;

describe('the format nse-website', () => {
  it('has thousands commas and the newest bar first; the close is not the last traded price', async () => {
    const text = HEADER + row('29-Dec-2023', 'EQ', '1,274.00') + row('28-Dec-2023', 'EQ', '1,272.10');
    expect(await readSummary(text)).to.deep.equal([
      'nse-website',
      2,
      '2023-12-28 1275 1278.2 1270.85 1272.1 4722208',
      '2023-12-29 1275 1278.2 1270.85 1274 4722208',
    ]);
  });

  it('has the series EQ, BE or BZ where they stand alone, and no other', async () => {
    const text =
      HEADER +
      row('29-Dec-2023', 'BL', '1,271.00') +
      row('29-Dec-2023', 'EQ', '1,272.00') +
      row('28-Dec-2023', 'BE', '1,273.00') +
      row('27-Dec-2023', 'BZ', '1,274.00') +
      row('26-Dec-2023', 'BE', '1,275.00') +
      row('26-Dec-2023', 'EQ', '1,276.00');
    const { series, findings } = await readBars(text);
    expect([...(series?.close ?? [])]).to.deep.equal([1276, 1274, 1273, 1272]);
    expect(findings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'trade_for_trade TEST: on 2 day(s) it has bars of series BE or BZ alone, which are used',
      'other_series TEST: 1 row(s) of series BL are left out: only EQ, BE and BZ are used',
    ]);
  });
});
