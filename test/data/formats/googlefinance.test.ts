import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format googlefinance', () => {
  const read = (...dates: string[]): ReturnType<typeof readSummary> =>
    readSummary(
      `Date,Open,High,Low,Close,Volume\n${dates.map((date) => `${date},10,11,9,10.5,100\n`).join('')}`,
    );

  it('is stamped with the close, in the order of the sheet', async () => {
    const expected = ['googlefinance', 2, '2023-01-12 10 11 9 10.5 100', '2023-01-13 10 11 9 10.5 100'];
    expect(await read('12/01/2023 15:30:00', '13/01/2023 15:30:00')).to.deep.equal(expected);
    expect(await read('1/12/2023 15:30:00', '1/13/2023 15:30:00')).to.deep.equal(expected);
  });
});
