import { expect } from 'chai';
import fc from 'fast-check';

import { chooseStrength } from '../../../../activities/teach/engine/choose-strength.js';
import { chooseEpoch } from '../../../../activities/teach/engine/epoch-judge.js';
import { standardError } from '../../../../activities/teach/engine/log-loss.js';
import { randomStream } from '../../../../data/random.js';

describe('the one-standard-error rules', () => {
  const random = randomStream(['one standard error']);
  const noise = (rows: number, mean: number, deviation: number): number[] =>
    Array.from({ length: rows }, () => mean + deviation * random.normal());

  it('stay with no adaptation where the gain is noise', () => {
    const none = noise(24, 0.69, 0.3);
    const adapted = none.map((loss) => loss - 0.005 + 0.2 * random.normal());
    expect(chooseStrength([none, adapted], 5)).to.equal(0);
  });

  it('adapt where nearly every row gains', () => {
    const none = noise(24, 0.69, 0.3);
    const weak = none.map((loss) => loss - 0.05 + 0.005 * random.normal());
    const strong = none.map((loss) => loss - 0.2 + 0.01 * random.normal());
    expect(chooseStrength([none, weak, strong], 5)).to.equal(2);
  });

  it('take the weaker of two strengths that are alike', () => {
    const none = noise(24, 0.69, 0.3);
    const weak = none.map((loss) => loss - 0.1 + 0.01 * random.normal());
    const strong = weak.map((loss) => loss - 0.001 + 0.05 * random.normal());
    expect(chooseStrength([none, weak, strong], 1)).to.equal(1);
  });

  it('never choose a strength whose loss is higher than without adaptation', () => {
    const losses = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(losses, { minLength: 2, maxLength: 4 }), (candidates) => {
        const chosen = chooseStrength(candidates, 3);
        const mean = (rows: readonly number[]): number =>
          rows.reduce((sum, loss) => sum + loss, 0) / rows.length;
        expect(mean(candidates[chosen] ?? [])).to.be.at.most(mean(candidates[0] ?? []) + 1e-12);
      }),
    );
  });

  it('count overlapping labels as fewer rows, and one label as none', () => {
    const figures = noise(100, 0, 1);
    expect(standardError(figures, 4)).to.be.closeTo(2 * standardError(figures, 1), 1e-12);
    expect(standardError([1, 2, 3, 4, 5], 5)).to.equal(Infinity);
  });

  it('train the full length unless another is clearly better', () => {
    const zero = noise(200, 0.65, 0.05);
    const slightlyBetter = zero.map((loss, at) => loss - 0.001 + (at % 2 === 0 ? 0.05 : -0.05));
    const clearlyBetter = zero.map((loss) => loss - 0.02 + 0.01 * random.normal());
    expect(chooseEpoch([zero, slightlyBetter, zero], 5)).to.equal(2);
    expect(chooseEpoch([zero, clearlyBetter, zero], 5)).to.equal(1);
    expect(chooseEpoch([zero, zero.map((loss) => loss + 0.1)], 5)).to.equal(0);
    expect(chooseEpoch([[], [], []], 5)).to.equal(2);
  });
});
