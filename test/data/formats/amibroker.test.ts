import { expect } from 'chai';

import { readBars, readSummary } from '../../support/read-bars.js';

describe('the format amibroker', () => {
  const expected = ['amibroker', 2, '2023-01-02 10 11 9 10.5 100', '2023-01-03 20 22 19 21 200'];

  it('has a ticker first and no header', async () => {
    expect(
      await readSummary('TEST,20230102,10,11,9,10.5,100\nTEST,20230103,20,22,19,21,200\n'),
    ).to.deep.equal(expected);
    expect(
      await readSummary('NSE:TEST,2023-01-02,10,11,9,10.5,100\nNSE:TEST,2023-01-03,20,22,19,21,200\n'),
    ).to.deep.equal(expected);
  });

  it('has a time of day in a column of its own', async () => {
    const bar = '2023-01-02T09:20:00+05:30 10 11 9 10.5 100';
    for (const time of ['09:20', '092000', '09:20:00'])
      expect(
        await readSummary(`TEST,20230102,${time},10,11,9,10.5,100\n`, { interval: '5minute' }),
      ).to.deep.equal(['amibroker', 1, bar, bar]);
  });

  it('without a ticker is only read if the user says so: the columns might be others', async () => {
    const text = '2023-01-02,10,11,9,10.5,100\n2023-01-03,20,22,19,21,200\n';
    expect(await readSummary(text)).to.deep.equal([
      'bad_header f.csv:1 has no header timestamp,open,high,low,close,volume; found 2023-01-02,10,11,9,10.5,100',
    ]);
    expect(await readSummary(text, { format: 'amibroker' })).to.deep.equal(expected);
  });

  it('is another file if a price is outside of its range', async () => {
    const { series, findings } = await readBars('TEST,20230102,11,10,9,10.5,100\n');
    expect([series, findings[0]?.code]).to.deep.equal([null, 'bad_header']);
  });

  it('may have the open interest last, but no price after the close', async () => {
    const text = 'TEST,20230102,10,11,9,10.5,100,0\nTEST,20230103,20,22,19,21,200,5\n';
    expect(await readSummary(text)).to.deep.equal(expected);
    const adjusted = await readSummary('TEST,20230102,10,11,9,10.5,9.75,100\n');
    expect(adjusted).to.deep.equal([
      'bad_row f.csv:1: has 8 cells, but the header has 7. Are there thousands commas without quotes? (format amibroker)',
    ]);
  });
});
