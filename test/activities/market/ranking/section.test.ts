import { expect } from 'chai';
import fc from 'fast-check';

import { createGroupMeans } from '../../../../activities/market/ranking/group-means.js';
import { createRanker, createSection } from '../../../../activities/market/ranking/section.js';
import { plainRank } from './plain-ranking.js';

describe('a section', () => {
  it('ranks any values, ties and masks included, among the members, whatever was ranked before', () => {
    const cell = fc.record({
      value: fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.float({ noNaN: true }),
        fc.constantFrom(NaN, -0, Infinity, -Infinity),
      ),
      member: fc.integer({ min: 0, max: 1 }),
    });
    const market = fc
      .integer({ min: 1, max: 200 })
      .chain((size) =>
        fc.array(fc.array(cell, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 4 }),
      );
    fc.assert(
      fc.property(market, (times) => {
        const size = times[0]?.length ?? 0;
        const section = createSection(new Int32Array(size), 2);
        const rank = createRanker(section);
        for (const symbols of times) {
          symbols.forEach(({ value, member }, at) => {
            section.values[size + at] = value;
            section.member[at] = member;
          });
          const among = symbols.map(({ value, member }) => (member === 1 ? value : NaN));
          rank(1);
          expect([...section.values.subarray(size)]).to.deep.equal(
            symbols.map(({ value }) => Math.fround(plainRank(value, among)) + 0),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has means by sector; small ones are one, and where that is small, it is the market', () => {
    // Two sectors of three and two members, one symbol without a sector, and one that is no member.
    const section = createSection(Int32Array.of(1, 1, 1, 2, 2, 0, 1), 1);
    section.member.set([1, 1, 1, 1, 1, 1, 0]);
    section.values.set([1, 2, 6, 10, 20, 30, 1000]);
    const out = new Float64Array(7);
    const means = createGroupMeans(section, 3);
    expect(means(0, out)).to.equal(69 / 6);
    expect([...out]).to.deep.equal([3, 3, 3, 20, 20, 20, 3]);
    section.values[5] = NaN;
    expect(means(0, out)).to.equal(39 / 5);
    expect([...out]).to.deep.equal([3, 3, 3, 7.8, 7.8, 7.8, 3]);
  });
});
