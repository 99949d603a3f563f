import { expect } from 'chai';
import fc from 'fast-check';

import { centredRanks } from '../../../activities/stats/centred-ranks.js';
import { meanRanks, ranksInGroups } from '../../../activities/stats/correlation.js';
import { FEW_VALUES, ascendingOrder } from '../../../activities/stats/order.js';

/** Values whose upper halves, as doubles, are equal. */
const near = fc.integer({ min: 0, max: 5 }).map((steps) => 1 + steps * Number.EPSILON);

/** Few and many values, with ties, neighbours and both zeros. */
const values = fc
  .array(fc.oneof(fc.integer({ min: -9, max: 9 }), near, fc.constant(-0), fc.double({ noNaN: true })), {
    maxLength: 2 * FEW_VALUES,
    size: 'max',
  })
  .map((list) => Float64Array.from(list));

const below = (all: Float64Array, value: number): number => all.filter((other) => other < value).length;
const equal = (all: Float64Array, value: number): number => all.filter((other) => other === value).length;

describe('the order of values', () => {
  it('is ascending, and equal values stay as they are, few or many', () => {
    fc.assert(
      fc.property(values, (all) => {
        const expected = [...all.keys()].sort((a, b) => {
          const [left = NaN, right = NaN] = [all[a], all[b]];
          return left < right ? -1 : left > right ? 1 : a - b;
        });
        expect([...ascendingOrder(all)]).to.deep.equal(expected);
      }),
    );
  });

  it('gives mean ranks from 1', () => {
    fc.assert(
      fc.property(values, (all) => {
        const expected = Array.from(all, (value) => below(all, value) + (1 + equal(all, value)) / 2);
        expect([...meanRanks(all)]).to.deep.equal(expected);
      }),
    );
  });

  it('gives centred ranks among the known values', () => {
    const someUnknown = fc
      .tuple(values, fc.infiniteStream(fc.integer({ min: 0, max: 4 })))
      .map(([all, stream]) => all.map((value) => (stream.next().value === 0 ? NaN : value)));
    fc.assert(
      fc.property(someUnknown, (all) => {
        const known = all.filter((value) => !Number.isNaN(value));
        const expected = Array.from(all, (value) => {
          if (Number.isNaN(value)) return 0;
          const less = below(known, value);
          return (2 * less + equal(known, value) - known.length) / (2 * known.length);
        });
        const ranks = centredRanks(all);
        expect(ranks.length).to.equal(expected.length);
        for (const [at, rank] of expected.entries()) expect(ranks[at]).to.equal(rank);
      }),
    );
  });

  it('gives the ranks of every group', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 5 }), (all, groups) => {
        const group = Int32Array.from(all, (_, at) => ((at * 7) % (groups + 1)) - 1);
        const ranks = ranksInGroups(all, ascendingOrder(all), group, groups);
        for (let own = 0; own < groups; own += 1) {
          const members = [...all.keys()].filter((at) => group[at] === own);
          const expected = meanRanks(Float64Array.from(members, (at) => all[at] ?? NaN));
          expect(members.map((at) => ranks[at])).to.deep.equal([...expected]);
        }
        expect([...ranks].filter((_, at) => group[at] === -1).every((rank) => rank === 0)).to.equal(true);
      }),
    );
  });
});
