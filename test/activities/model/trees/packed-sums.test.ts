import { expect } from 'chai';
import fc from 'fast-check';

import {
  MOST_PACKED_ROWS,
  packedRows,
  packedSteps,
  packingOf,
  packRows,
} from '../../../../activities/model/trees/packed-sums.js';
import { randomStream } from '../../../../data/random.js';

/** Largest sizes of gradients, from none to absurd ones. */
const LARGEST = fc.oneof(fc.constantFrom(0, 1e-9, 0.5, 1, 2), fc.double({ min: 0, max: 1e9, noNaN: true }));

describe('packed sums', () => {
  it('give back the number of rows and the sum of their gradients, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), LARGEST, fc.nat(), (count, largest, seed) => {
        const random = randomStream(['packed sums', seed]);
        // The largest ones with either sign, and others.
        const gradients = Float64Array.from({ length: count }, (_, row) =>
          row % 3 === 0 ? largest : row % 3 === 1 ? -largest : largest * (2 * random.uniform() - 1),
        );
        const packing = packingOf(count, largest);
        const packed = gradients.slice();
        const order = Int32Array.from({ length: count }, (_, row) => row);
        packRows(packed, packing, order, count);
        const some = random.shuffle(order).subarray(0, random.integer(0, count));
        const sum = some.reduce((total, row) => total + (packed[row] ?? NaN), 0);
        const rows = packedRows(packing, sum);
        expect(rows).to.equal(some.length);
        const steps = some.reduce(
          (total, row) => total + BigInt(Math.round((gradients[row] ?? NaN) * packing.steps)),
          0n,
        );
        expect(BigInt(packedSteps(packing, sum, rows))).to.equal(steps);
        expect(sum - some.toReversed().reduce((total, row) => total + (packed[row] ?? NaN), 0)).to.equal(0);
      }),
    );
  });

  it('have room for as many of the largest gradient as there are rows, of either sign', () => {
    const counts = fc.oneof(
      fc.integer({ min: 1, max: MOST_PACKED_ROWS }),
      fc.constantFrom(1, 2, 3, 4, 10_000, 16_383, 16_384, MOST_PACKED_ROWS),
    );
    fc.assert(
      fc.property(counts, LARGEST, fc.constantFrom(-1, 1), (count, largest, sign) => {
        const packing = packingOf(count, largest);
        const [row, steps] = [BigInt(packing.row), BigInt(Math.round(sign * largest * packing.steps))];
        const exact = BigInt(count) * (row + steps);
        expect(exact <= BigInt(Number.MAX_SAFE_INTEGER)).to.equal(true);
        const rows = packedRows(packing, Number(exact));
        expect(rows).to.equal(count);
        expect(BigInt(packedSteps(packing, Number(exact), rows))).to.equal(BigInt(count) * steps);
      }),
    );
  });

  it('have at least 512 steps for the largest gradient, and 2²³ for that of 10,000 rows', () => {
    for (const largest of [0.3, 1, 1e6]) {
      expect(largest * packingOf(MOST_PACKED_ROWS, largest).steps).to.be.at.least(512);
      expect(largest * packingOf(10_000, largest).steps).to.be.at.least(2 ** 23);
    }
  });

  it('refuse more rows', () => {
    expect(() => packingOf(MOST_PACKED_ROWS + 1, 1)).to.throw(RangeError, 'too many');
  });
});
