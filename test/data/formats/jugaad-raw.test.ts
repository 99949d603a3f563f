import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format jugaad-raw', () => {
  it('is dated by CH_TIMESTAMP: TIMESTAMP is the evening before, in UTC', async () => {
    const text =
      ',_id,CH_SYMBOL,CH_SERIES,CH_MARKET_TYPE,CH_TRADE_HIGH_PRICE,CH_TRADE_LOW_PRICE,CH_OPENING_PRICE,CH_CLOSING_PRICE,CH_LAST_TRADED_PRICE,CH_PREVIOUS_CLS_PRICE,CH_TOT_TRADED_QTY,CH_TOT_TRADED_VAL,CH_TIMESTAMP,TIMESTAMP,VWAP,mTIMESTAMP\n' +
      '0,00,TEST,EQ,N,1038.7,1031.05,1031.35,1036.2,1036.9,1031.35,5185396,5373107335.20,2023-01-02,2023-01-01T18:30:00.000Z,1034.88,02-Jan-2023\n' +
      '1,01,TEST,EQ,N,1058.15,1026.15,1033.1,1055.6,1055.9,1033.1,6037867,6373572405.20,2023-01-03,2023-01-02T18:30:00.000Z,1042.15,03-Jan-2023\n';
    expect(await readSummary(text)).to.deep.equal([
      'jugaad-raw',
      2,
      '2023-01-02 1031.35 1038.7 1031.05 1036.2 5185396',
      '2023-01-03 1033.1 1058.15 1026.15 1055.6 6037867',
    ]);
  });
});
