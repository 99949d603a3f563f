import { expect } from 'chai';
import fc from 'fast-check';

import { parseSeriesText, seriesText } from '../../../data/bars/series-text.js';
import { dailyBars } from '../../support/bars.js';
import { readBars } from '../../support/read-bars.js';

describe('the text of a series', () => {
  const text = seriesText(dailyBars(2));

  it('is canonical', () => {
    expect(text.split('\n')).to.deep.equal([
      'timestamp,open,high,low,close,volume',
      '2022-01-03,100,101,99,100.5,1000',
      '2022-01-04,100.84,101.84,99.84,101.34,1001',
      '',
    ]);
  });

  it('is parsed as the general reader of bar files parses it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        async (bars, beat) => {
          const series = dailyBars(bars, { beat });
          const own = parseSeriesText(Buffer.from(seriesText(series)), 'TEST', '1day');
          expect(own).to.deep.equal(series);
          expect(own).to.deep.equal((await readBars(seriesText(series))).series);
        },
      ),
    );
  });

  it('is not parsed if it was written by another program', () => {
    for (const other of [
      '',
      'timestamp,open,high,low,close,volume\n',
      text.trimEnd(),
      text.replace('timestamp', 'date'),
      text.replace(',1001', ''),
      text.replace(',1001', ','),
      text.replace(',1001', ',1001,7'),
      text.replace(',1001', ',x'),
      text.replace(',1001', ',Infinity'),
      text.replace(',1001', ', 1001'),
      text.replace(',1001', ',10.0.1'),
      text.replace(',1001', ',.'),
      text.replace(',1001\n', ',1001'),
      text.replace('2022-01-04', '2022-13-04'),
      text.replace('\n2022-01-04', '\n\n2022-01-04'),
    ])
      expect(parseSeriesText(Buffer.from(other), 'TEST', '1day'), other).to.equal(undefined);
  });
});
