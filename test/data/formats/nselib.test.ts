import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format nselib', () => {
  it('has names without spaces', async () => {
    const text =
      '"Symbol","Series","Date","PrevClose","OpenPrice","HighPrice","LowPrice","LastPrice","ClosePrice","AveragePrice","TotalTradedQuantity","TurnoverInRs","No.ofTrades","DeliverableQty","%DlyQttoTradedQty"\n' +
      '"TEST","EQ","29-Dec-2023","1,275.00","1,275.00","1,278.20","1,270.85","1,276.55","1,274.10","1,276.55","4,722,208","6,028,134,622.40","94,444","2,361,104","50.1"\n' +
      '"TEST","EQ","28-Dec-2023","1,249.35","1,249.35","1,282.10","1,246.15","1,280.65","1,279.80","1,280.65","2,508,351","3,212,319,708.15","50,167","1,254,175","50.1"\n';
    expect(await readSummary(text)).to.deep.equal([
      'nselib',
      2,
      '2023-12-28 1249.35 1282.1 1246.15 1279.8 2508351',
      '2023-12-29 1275 1278.2 1270.85 1274.1 4722208',
    ]);
  });
});
