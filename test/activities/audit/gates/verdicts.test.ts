import { expect } from 'chai';
import fc from 'fast-check';

import { isAbove, isBlind, isNotBelow, keeps, worst } from '../../../../activities/audit/gates/verdicts.js';
import type { EffectTest } from '../../../../data/schemas/effect-tests.js';
import { GATE_VERDICTS } from '../../../../data/schemas/gates.js';

const finite = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const verdict = fc.constantFrom(...GATE_VERDICTS);
/** A test whose interval holds its estimate. */
const test = fc
  .record({
    estimate: finite(-1, 1),
    error: finite(1e-6, 1),
    pValue: finite(0, 1),
    down: finite(0, 2),
    up: finite(0, 2),
  })
  .map(({ estimate, error, pValue, down, up }): EffectTest => ({
    ...{ claim: 'c', unit: 'u', rows: 1, dates: 1, estimate, standardError: error, pValue },
    low: estimate - down * error,
    high: estimate + up * error,
  }));

describe('the verdicts of gates', () => {
  it('are as bad as the worst of them, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
        const all = worst(verdicts);
        expect(verdicts).to.include(all);
        expect(worst([...verdicts].reverse())).to.equal(all);
        if (verdicts.includes('fail')) expect(all).to.equal('fail');
        if (all === 'pass') expect(verdicts.every((one) => one === 'pass')).to.equal(true);
      }),
    );
    expect(worst([])).to.equal('not enough data');
  });

  it('pass only what is significantly above zero', () => {
    fc.assert(
      fc.property(test, finite(0, 1), finite(0, 1), (one, limit, materiality) => {
        const passes = (one.pValue ?? 1) <= limit && (one.low ?? 0) > 0;
        expect(isAbove(one, limit, materiality) === 'pass').to.equal(passes);
      }),
    );
  });

  it('never get better with a larger materiality than a failure, and never pass by it', () => {
    fc.assert(
      fc.property(test, finite(0, 1), finite(0, 1), (one, smaller, larger) => {
        const [least, most] = [Math.min(smaller, larger), Math.max(smaller, larger)];
        // What can be seen at a small effect can be seen at a large one.
        if (isAbove(one, 0.05, least) === 'fail') expect(isAbove(one, 0.05, most)).to.equal('fail');
        if (isAbove(one, 0.05, least) === 'pass') expect(isAbove(one, 0.05, most)).to.equal('pass');
      }),
    );
  });

  it('do not pass what is unknown', () => {
    fc.assert(
      fc.property(
        test,
        fc.constantFrom('estimate', 'standardError', 'low', 'high', 'pValue'),
        (one, name) => {
          expect(isAbove({ ...one, [name]: null }, 1, 1)).to.equal('not enough data');
        },
      ),
    );
    expect(isNotBelow({ estimate: null, standardError: 1 }, 1, null)).to.equal('not enough data');
    expect(isNotBelow({ estimate: 1, standardError: null }, 1, null)).to.equal('not enough data');
    expect(keeps<number>(null, () => true)).to.equal('not enough data');
  });

  it('fail what is significantly below zero, however little could have been seen', () => {
    fc.assert(
      fc.property(test, (one) => {
        if ((one.high ?? 0) >= 0) return;
        expect(isAbove(one, 0.05, 0)).to.equal('fail');
      }),
    );
  });

  it('call no difference what is below by less than its errors and what matters', () => {
    const behind = { estimate: -0.004, standardError: 0.005 };
    expect(isNotBelow(behind, 1, 0.03)).to.equal('pass');
    expect(isNotBelow(behind, 1, 0.01)).to.equal('not enough data');
    expect(isNotBelow({ ...behind, estimate: -0.0051 }, 1, 0.03)).to.equal('fail');
    expect(isNotBelow({ ...behind, estimate: 0 }, 0, 0)).to.equal('pass');
    expect(isNotBelow({ ...behind, estimate: -0.0099 }, 2, 0.03)).to.equal('pass');
  });

  it('know what could have been seen: 2.8 standard errors', () => {
    expect(isBlind(0.01, 0.028)).to.equal(false);
    expect(isBlind(0.0101, 0.028)).to.equal(true);
    expect(isBlind(100, null)).to.equal(false);
  });
});
