import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format 5paisa', () => {
  it('has stamps that change from 00:00 to 09:15 within a file', async () => {
    const text =
      'Datetime,Open,High,Low,Close,Volume\n2023-01-02T00:00:00,10,11,9,10.5,100\n2023-01-03T09:15:00,20,22,19,21,200\n';
    expect(await readSummary(text)).to.deep.equal([
      '5paisa',
      2,
      '2023-01-02 10 11 9 10.5 100',
      '2023-01-03 20 22 19 21 200',
    ]);
  });
});
