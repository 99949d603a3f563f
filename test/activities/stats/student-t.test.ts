import { expect } from 'chai';
import fc from 'fast-check';

import { incompleteBeta } from '../../../activities/stats/incomplete-beta.js';
import { logGamma } from '../../../activities/stats/log-gamma.js';
import { normalCdf } from '../../../activities/stats/normal.js';
import { studentTail } from '../../../activities/stats/student-t.js';

const values = fc.double({ min: -60, max: 60, noNaN: true });

describe('Student’s t distribution', () => {
  it('has the tails of one, two and three degrees of freedom that calculus gives', () => {
    fc.assert(
      fc.property(values, (t) => {
        const root = t / Math.sqrt(3);
        const three = 0.5 - (root / (1 + root * root) + Math.atan(root)) / Math.PI;
        expect(studentTail(t, 1)).to.be.closeTo(0.5 - Math.atan(t) / Math.PI, 1e-14);
        expect(studentTail(t, 2)).to.be.closeTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 1e-14);
        expect(studentTail(t, 3)).to.be.closeTo(three, 1e-14);
      }),
    );
  });

  it('has tails that add up to 1, fall with t and become normal', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 1, max: 5000 }), (a, b, degrees) => {
        expect(studentTail(a, degrees) + studentTail(-a, degrees)).to.be.closeTo(1, 1e-14);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(studentTail(low, degrees)).to.be.at.least(studentTail(high, degrees) - 1e-15);
        expect(studentTail(a, 100_000)).to.be.closeTo(normalCdf(-a), 1e-5);
      }),
    );
  });

  it('rests on an incomplete beta that is a polynomial for whole numbers, and on factorials', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (x) => {
        // P(at least 2 of 4 successes).
        const four = 6 * x ** 2 * (1 - x) ** 2 + 4 * x ** 3 * (1 - x) + x ** 4;
        expect(incompleteBeta(x, 2, 3)).to.be.closeTo(four, 1e-14);
        expect(incompleteBeta(x, 1, 5)).to.be.closeTo(1 - (1 - x) ** 5, 1e-14);
      }),
    );
    expect([0, 1].map((x) => incompleteBeta(x, 2, 3))).to.deep.equal([0, 1]);
    let factorial = 1;
    for (let n = 1; n < 25; n += 1) {
      expect(logGamma(n)).to.be.closeTo(Math.log(factorial), 4e-15 * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    expect(logGamma(0.5)).to.be.closeTo(Math.log(Math.PI) / 2, 4e-15);
  });
});
