import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format bhavcopy-full', () => {
  it('has a space before names and cells', async () => {
    const text =
      'SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER\n' +
      'TEST, EQ, 01-Apr-2025, 100.00, 101.00, 105.00, 100.50, 104.00, 104.25, 103.00, 50000, 520.00, 400, 25000, 50.00\n' +
      'TEST, BE, 02-Apr-2025, 100.00, 103.00, 105.00, 100.50, 104.00, 101.25, 103.00, 60000, 520.00, 400, -, -\n';
    expect(await readSummary(text)).to.deep.equal([
      'bhavcopy-full',
      2,
      '2025-04-01 101 105 100.5 104.25 50000',
      '2025-04-02 103 105 100.5 101.25 60000',
    ]);
  });
});
