import { expect } from 'chai';
import { zipSync } from 'fflate';

import { readSummary } from '../../support/read-bars.js';

describe('the format lean', () => {
  it('has prices times 10,000 in a ZIP file without a header', async () => {
    const text =
      '20230102 00:00,13301500,13362000,13228500,13344500,100\n20230103 00:00,200000,220000,190000,210000,200\n';
    expect(await readSummary(zipSync({ 'test.csv': Buffer.from(text) }))).to.deep.equal([
      'lean',
      2,
      '2023-01-02 1330.15 1336.2 1322.85 1334.45 100',
      '2023-01-03 20 22 19 21 200',
    ]);
  });
});
