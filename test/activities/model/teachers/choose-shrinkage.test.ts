import { expect } from 'chai';
import fc from 'fast-check';

import { chooseShrinkage } from '../../../../activities/model/teachers/choose-shrinkage.js';
import { standardErrorOfOverlapping } from '../../../../activities/stats/moments.js';
import { randomStream } from '../../../../data/random.js';

describe('the one-standard-error rule', () => {
  const random = randomStream(['one standard error']);
  const noise = (rows: number, mean: number, deviation: number): number[] =>
    Array.from({ length: rows }, () => mean + deviation * random.normal());

  it('chooses no adaptation when the gain is noise', () => {
    const none = noise(24, 0.69, 0.3);
    const adapted = none.map((loss) => loss - 0.005 + 0.2 * random.normal());
    expect(chooseShrinkage([none, adapted], 5)).to.equal(0);
  });

  it('adapts when nearly every row gains', () => {
    const none = noise(24, 0.69, 0.3);
    const weak = none.map((loss) => loss - 0.05 + 0.005 * random.normal());
    const strong = none.map((loss) => loss - 0.2 + 0.01 * random.normal());
    expect(chooseShrinkage([none, weak, strong], 5)).to.equal(2);
  });

  it('chooses the stronger shrinkage of two that are equally good', () => {
    const none = noise(24, 0.69, 0.3);
    const weak = none.map((loss) => loss - 0.1 + 0.01 * random.normal());
    const strong = weak.map((loss) => loss - 0.001 + 0.05 * random.normal());
    expect(chooseShrinkage([none, weak, strong], 1)).to.equal(1);
  });

  it('never chooses a shrinkage whose loss is higher than without adaptation', () => {
    const losses = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(losses, { minLength: 2, maxLength: 4 }), (candidates) => {
        const chosen = chooseShrinkage(candidates, 3);
        const mean = (rows: readonly number[]): number =>
          rows.reduce((sum, loss) => sum + loss, 0) / rows.length;
        expect(mean(candidates[chosen] ?? [])).to.be.at.most(mean(candidates[0] ?? []) + 1e-12);
      }),
    );
  });

  it('counts overlapping labels as fewer rows, and a single label as no evidence', () => {
    const figures = noise(100, 0, 1);
    expect(standardErrorOfOverlapping(figures, 4)).to.be.closeTo(
      2 * standardErrorOfOverlapping(figures, 1),
      1e-12,
    );
    expect(standardErrorOfOverlapping([1, 2, 3, 4, 5], 5)).to.equal(Infinity);
  });
});
