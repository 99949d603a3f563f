import { expect } from 'chai';
import fc from 'fast-check';

import { cellEnd, readNumber } from '../../../data/bars/read-number.js';

describe('the number in a cell', () => {
  const read = (text: string): number => {
    const bytes = Buffer.from(`7,${text},9\n`);
    return readNumber(bytes, 2, cellEnd(bytes, 2));
  };

  it('equals what JavaScript parses, to the last bit, in any notation', () => {
    const texts = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.double({ min: 0, max: 1e5, noNaN: true }).map(String),
      fc
        .tuple(fc.nat(9_999_999), fc.integer({ min: 0, max: 12 }))
        .map(([n, places]) => (n / 7).toFixed(places)),
      fc.maxSafeNat().map(String),
      fc.stringMatching(/^\d{1,25}(\.\d{0,25})?$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(Object.is(read(text), Number(text)), text).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is NaN if the cell is not a number', () => {
    for (const text of ['', '.', '-', '1.2.3', '1e', 'x', ' 1', '1 ', '12abc', 'NaN'])
      expect(read(text), text).to.be.NaN;
  });

  it('ends at a comma, a newline or the end', () => {
    const bytes = Buffer.from('12,3\n45');
    expect([0, 3, 5].map((from) => cellEnd(bytes, from))).to.deep.equal([2, 4, 7]);
  });
});
