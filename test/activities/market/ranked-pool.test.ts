import { expect } from 'chai';
import * as fc from 'fast-check';

import { rankedPool } from '../../../activities/market/ranked-pool.js';

describe('rankedPool', () => {
  it('finds each rank among the values added so far, equal ones in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 }), (values) => {
        const pool = rankedPool(Float64Array.from(values));
        for (let known = 1; known <= values.length; known += 1) {
          pool.add();
          const expected = [...Array(known).keys()].sort(
            (a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b,
          );
          expect(expected.map((_, rank) => pool.at(rank))).to.deep.equal(expected);
        }
      }),
    );
  });
});
