import { expect } from 'chai';
import fc from 'fast-check';

import { median } from '../../../data/math/median.js';
import { rollingMedians } from '../../../data/math/rolling-medians.js';

describe('rollingMedians', () => {
  it('are the medians of the windows, whatever the numbers, the size and the stride', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (all, size, step) => {
          const stride = Math.min(size, step);
          const expected: number[] = [];
          for (let at = 0; at + size <= all.length; at += stride)
            expected.push(median(all.slice(at, at + size)));
          // A zero may have either sign.
          const unsigned = (numbers: Iterable<number>): number[] => Array.from(numbers, (one) => one + 0);
          expect(unsigned(rollingMedians(all, size, stride))).to.deep.equal(unsigned(expected));
        },
      ),
      { numRuns: 500 },
    );
  });
});
