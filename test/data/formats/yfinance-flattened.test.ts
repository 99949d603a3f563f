import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format yfinance-flattened', () => {
  const rows = '2023-01-02,10.5,11,9,10,100\n2023-01-03,21,22,19,20,200\n';
  const fields = ['Close', 'High', 'Low', 'Open', 'Volume'];
  for (const [what, name] of [
    ['field and ticker', (field: string): string => `${field}_TEST.NS`],
    ['ticker and field', (field: string): string => `TEST.NS_${field}`],
    ['field, a point and ticker', (field: string): string => `${field}.TEST.NS`],
    ['ticker, a point and field', (field: string): string => `TEST.NS.${field}`],
    ['field, a bar and ticker', (field: string): string => `${field}|TEST.NS`],
    ['a pair', (field: string): string => `"('${field}', 'TEST.NS')"`],
  ] as const)
    it(`has ${what} in each name`, async () => {
      const text = `Date,${fields.map(name).join(',')}\n${rows}`;
      expect(await readSummary(text)).to.deep.equal([
        'yfinance-flattened',
        2,
        '2023-01-02 10 11 9 10.5 100',
        '2023-01-03 20 22 19 21 200',
      ]);
    });

  it('may have the index of R', async () => {
    const names = fields.map((field) => `TEST.NS.${field}`).join(',');
    expect(
      (await readSummary(`"Index",${names},TEST.NS.Adjusted\n2023-01-02,10.5,11,9,10,100,7\n`))[2],
    ).to.equal('2023-01-02 10 11 9 10.5 100');
  });
});
