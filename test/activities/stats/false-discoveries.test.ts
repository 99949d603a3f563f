import { expect } from 'chai';
import fc from 'fast-check';

import { adjustedPValues } from '../../../activities/stats/false-discoveries.js';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('p-values adjusted for the false discovery rate', () => {
  it('are never below the p-value, never above 1 and in its order', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = adjustedPValues(Float64Array.from(p));
        p.forEach((value, i) => {
          expect(adjusted[i]).to.be.within(value * (1 - 1e-15), 1);
          p.forEach((other, j) => {
            if (value <= other) expect(adjusted[i]).to.be.at.most(adjusted[j] ?? NaN);
          });
        });
      }),
    );
  });

  it('reject what the step-up procedure rejects', () => {
    fc.assert(
      fc.property(pValues, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (p, level) => {
        const sorted = [...p].sort((a, b) => a - b);
        const last = sorted.findLastIndex((value, i) => (value * p.length) / (i + 1) <= level);
        const rejected = adjustedPValues(Float64Array.from(p)).filter((value) => value <= level).length;
        expect(rejected).to.equal(last + 1);
      }),
    );
  });

  it('are the p-value itself of one test, and none of none', () => {
    expect([...adjustedPValues(Float64Array.of(0.03))]).to.deep.equal([0.03]);
    expect(adjustedPValues(new Float64Array(0))).to.have.length(0);
  });
});
