import { expect } from 'chai';
import fc from 'fast-check';

import { overfitting } from '../../../activities/stats/overfitting.js';
import { randomStream } from '../../../data/random.js';

/** Row-major [periods × candidates]. */
function figures(
  periods: number,
  candidates: number,
  of: (period: number, candidate: number) => number,
): Float64Array {
  return Float64Array.from({ length: periods * candidates }, (_, at) =>
    of(Math.floor(at / candidates), at % candidates),
  );
}

describe('the probability of overfitting', () => {
  it('is 0 where one candidate is better in every period', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 2, max: 7 }),
        fc.constantFrom('mean', 'sharpe'),
        (seed, candidates, performance) => {
          const random = randomStream([seed, 'dominating']);
          const one = seed % candidates;
          const noise = figures(40, 1, () => random.normal());
          const values = figures(40, candidates, (period, candidate) =>
            candidate === one ? 3 + 0.1 * (noise[period] ?? NaN) : (noise[period] ?? NaN) - 0.1 * candidate,
          );
          expect(overfitting(values, candidates, 8, performance)?.probability).to.equal(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is about a half in noise; with an odd number of candidates, one of them is the median', () => {
    for (const candidates of [4, 5, 8]) {
      const found = Array.from({ length: 200 }, (_, seed) => {
        const random = randomStream([seed, 'noise', candidates]);
        const values = figures(60, candidates, () => random.normal());
        return overfitting(values, candidates, 6, 'mean')?.probability ?? NaN;
      });
      const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
      const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1);
      const expected = candidates % 2 === 0 ? 1 / 2 : (candidates + 1) / (2 * candidates);
      // Three Monte-Carlo errors.
      expect(mean).to.be.closeTo(expected, 3 * Math.sqrt(variance / found.length));
      expect(variance).to.be.above(0.001);
    }
  });

  it('is 1 where what wins in one half loses in the other', () => {
    // Each candidate has its one good block, and all blocks add up to the same.
    const values = figures(40, 4, (period, candidate) => {
      const block = Math.floor(period / 10);
      return (block === candidate ? 4 : -0.5 * candidate) + (candidate * 1.5) / 4;
    });
    expect(overfitting(values, 4, 2, 'mean')?.probability).to.equal(1);
  });

  it('gives what a sheet of paper does', () => {
    // Means of the three candidates: 1, 3, 2 in the first two periods and 2, 1, 1 in the last two.
    const values = [1, 2, 2, 1, 4, 2, 2, 1, 1, 2, 1, 1];
    const found = overfitting(values, 3, 2, 'mean');
    // The second candidate wins the first half and shares the last two ranks of the other; the first is last in it.
    const logit = (w: number): number => Math.log(w / (1 - w));
    expect(found?.logits).to.have.length(2);
    expect(found?.logits[0]).to.be.closeTo(logit(1.5 / 4), 1e-14);
    expect(found?.logits[1]).to.be.closeTo(logit(1 / 4), 1e-14);
    expect(found).to.deep.include({ probability: 1, candidates: 3, periods: 4 });
  });

  it('counts a winner at the median, as equal candidates are, as overfitted', () => {
    const equal = figures(16, 5, (period) => period % 3);
    const found = overfitting(equal, 5, 4, 'mean');
    expect(found?.probability).to.equal(1);
    expect([...(found?.logits ?? [])]).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });

  it('leaves out a candidate that is mostly unknown, and periods in which another one is', () => {
    const random = randomStream([3, 'unknown']);
    const whole = figures(36, 4, () => random.normal());
    const at = (period: number, candidate: number): number => whole[period * 4 + candidate] ?? NaN;
    const kept = figures(32, 3, (period, candidate) => at(period + 4, candidate));
    const holed = figures(36, 4, (period, candidate) => {
      if (candidate === 3) return period < 17 ? at(period, 3) : NaN;
      return candidate === period && period < 3 ? NaN : at(period, candidate);
    });
    holed[3 * 4 + 1] = NaN;
    const found = overfitting(holed, 4, 4, 'sharpe');
    expect(found).to.deep.equal(overfitting(kept, 3, 4, 'sharpe'));
    expect(found).to.include({ candidates: 3, periods: 32 });
  });

  it('takes a Sharpe ratio of what does not vary as 0', () => {
    const random = randomStream([4, 'constant']);
    const values = figures(24, 2, (_, candidate) => (candidate === 0 ? 0.1 : random.normal() - 2));
    expect(overfitting(values, 2, 4, 'sharpe')?.probability).to.equal(0);
    const better = figures(24, 2, (_, candidate) => (candidate === 0 ? 0.1 : random.normal() + 3));
    expect(overfitting(better, 2, 4, 'sharpe')?.probability).to.equal(0);
  });

  it('does not exist with one candidate or too few periods', () => {
    expect(overfitting([1, 2, 3, 4], 1, 2, 'mean')).to.equal(null);
    expect(overfitting([1, 2, 3, 4, 5, 6], 2, 2, 'mean')).to.equal(null);
    expect(overfitting([], 2, 2, 'mean')).to.equal(null);
    expect(overfitting([1, NaN, 2, NaN, 3, NaN, 4, NaN], 2, 2, 'mean')).to.equal(null);
  });
});
