import { expect } from 'chai';
import fc from 'fast-check';

import { logitLogLoss } from '../../../../activities/stats/log-loss.js';
import { shrunkShift } from '../../../../activities/model/linear/shrunk-shift.js';
import { scoreSumsOf } from './score-sums-of.js';

describe('a shrunk shift', () => {
  const shiftOf = (
    labels: ArrayLike<number>,
    weights: ArrayLike<number>,
    logits: ArrayLike<number>,
    shrinkage: number,
  ): number => shrunkShift(scoreSumsOf(labels, weights, logits), shrinkage);
  const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.double({ min: -4, max: 4, noNaN: true })), {
    minLength: 1,
    maxLength: 60,
  });

  it('equals the formula, computed by hand', () => {
    const even = new Float64Array(8);
    expect(shiftOf([1, 1, 1, 1, 1, 1, 1, 0], new Float32Array(8).fill(1), even, 10)).to.be.closeTo(
      3 / 12,
      1e-15,
    );
    expect(shiftOf([], [], new Float64Array(0), 300)).to.equal(0);
    // 2·½ + 1·½ − 1·½ over 4·¼ + 10
    expect(shiftOf([1, 1, 0], [2, 1, 1], even.subarray(0, 3), 10)).to.be.closeTo(1 / 11, 1e-15);
  });

  it('is 0 under infinite shrinkage, and smaller the stronger the shrinkage', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const labels = pairs.map(([label]) => label);
        const logits = Float64Array.from(pairs, ([, logit]) => logit);
        const shifts = [100, 300, 1000].map((shrinkage) =>
          shiftOf(
            labels,
            labels.map(() => 1),
            logits,
            shrinkage,
          ),
        );
        expect(
          shiftOf(
            labels,
            labels.map(() => 1),
            logits,
            Infinity,
          ),
        ).to.equal(0);
        const sizes = shifts.map(Math.abs);
        expect([...sizes].sort((a, b) => b - a)).to.deep.equal(sizes);
        const score = pairs.reduce((sum, [label, logit]) => sum + label - 1 / (1 + Math.exp(-logit)), 0);
        // A score that is only rounding error has no sign.
        if (Math.abs(score) > 1e-9) expect(Math.sign(shifts[0] ?? NaN)).to.equal(Math.sign(score));
        else expect(Math.abs(shifts[0] ?? NaN)).to.be.below(1e-9);
      }),
    );
  });

  it('lowers the log-loss of the rows that it is estimated from', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const logits = Float64Array.from(pairs, ([, logit]) => logit);
        const shift = shiftOf(
          pairs.map(([label]) => label),
          pairs.map(() => 1),
          logits,
          100,
        );
        const loss = (by: number): number =>
          pairs.reduce((sum, [label, logit]) => sum + logitLogLoss(logit + by, label), 0);
        expect(loss(shift)).to.be.at.most(loss(0) + 1e-12);
      }),
    );
  });
});
