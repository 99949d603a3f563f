import { expect } from 'chai';
import fc from 'fast-check';

import { blockOf, walkForwardBlocks } from '../../../../activities/model/choices/folds.js';
import { MINUTES_PER_DAY } from '../../../../data/time/dates.js';

/** Ascending day numbers with gaps of up to a week. */
const daysArbitrary = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 700 }).map((gaps) => {
  let day = 18_000;
  return gaps.map((gap) => (day += gap));
});

describe('walk-forward folds', () => {
  it('divides 500 sessions into ten blocks of 50, of which eight are tested', () => {
    const days = Array.from({ length: 500 }, (_, at) => 18_000 + at);
    const until = 18_500 * MINUTES_PER_DAY;
    const { bounds, tests } = walkForwardBlocks(days, until);
    expect(bounds.map((bound) => bound / MINUTES_PER_DAY - 18_000)).to.deep.equal([
      50, 100, 150, 200, 250, 300, 350, 400, 450, 500,
    ]);
    expect(tests.map(({ training }) => training)).to.deep.equal([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(tests[0]).to.deep.equal({
      start: 18_100 * MINUTES_PER_DAY,
      end: 18_150 * MINUTES_PER_DAY,
      training: 2,
    });
    expect(tests.at(-1)?.end).to.equal(until);
  });

  it('tests nothing where there are fewer than four blocks of two months', () => {
    const days = Array.from({ length: 167 }, (_, at) => 18_000 + at);
    expect(walkForwardBlocks(days, Infinity).tests).to.deep.equal([]);
    expect(walkForwardBlocks([...days, 18_167], Infinity).tests).to.have.length(2);
    expect(walkForwardBlocks([], 5)).to.deep.equal({ bounds: [5], tests: [] });
  });

  it('trains on no row that resolves at or after the start of the test block', () => {
    fc.assert(
      fc.property(
        daysArbitrary,
        fc.integer({ min: -50, max: 50 }),
        fc.array(fc.tuple(fc.nat(699), fc.integer({ min: 0, max: 60_000 })), { maxLength: 60 }),
        (days, off, rows) => {
          const until = ((days.at(-1) ?? 18_000) + off) * MINUTES_PER_DAY;
          const folds = walkForwardBlocks(days, until);
          for (const [place, held] of rows) {
            const time = (days[place % Math.max(1, days.length)] ?? 18_000) * MINUTES_PER_DAY;
            const resolved = time + held;
            const block = blockOf(folds, resolved);
            for (const { start, training } of folds.tests)
              // Every row resolved before the block is trained on, and no other.
              expect(block < training).to.equal(resolved < start);
            expect(block < folds.bounds.length).to.equal(resolved < until);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('tests blocks that follow one another up to the validation part, each after all that it is trained on', () => {
    fc.assert(
      fc.property(daysArbitrary, fc.integer({ min: -50, max: 50 }), (days, off) => {
        const until = ((days.at(-1) ?? 18_000) + off) * MINUTES_PER_DAY;
        const { bounds, tests } = walkForwardBlocks(days, until);
        expect(bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? Infinity))).to.equal(true);
        expect(bounds.at(-1)).to.equal(until);
        tests.forEach(({ start, end, training }, at) => {
          expect([start, end]).to.deep.equal([bounds[training - 1], bounds[training]]);
          expect(start).to.equal(tests[at - 1]?.end ?? start);
        });
        if (tests.length > 0) expect(tests.at(-1)?.end).to.equal(until);
      }),
      { numRuns: 200 },
    );
  });
});
