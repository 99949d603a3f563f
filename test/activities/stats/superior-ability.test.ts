import { expect } from 'chai';
import fc from 'fast-check';

import { drawDates } from '../../../activities/stats/block-bootstrap.js';
import { superiorAbility } from '../../../activities/stats/superior-ability.js';
import { randomStream } from '../../../data/random.js';

const DATES = 200;
const draws = drawDates(DATES, 5, 1, 'superior');

function noise(seed: number, mean: number, scale = 1): Float64Array {
  const random = randomStream([seed, 'gain']);
  return Float64Array.from({ length: DATES }, () => mean + scale * random.normal());
}

describe('the test for superior predictive ability', () => {
  it('has p-values in order, and does not depend on units or on the order of the alternatives', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (seed, units) => {
          const gains = [0.1, -0.05, -0.2].map((mean, at) => noise(3 * seed + at, mean));
          const test = superiorAbility(gains, draws);
          expect(test?.lower).to.be.at.most(test?.consistent ?? NaN);
          expect(test?.consistent).to.be.at.most(test?.upper ?? NaN);
          const scaled = superiorAbility(
            gains.map((gain, at) => gain.map((value) => value * (units[at] ?? NaN))),
            draws,
          );
          expect(scaled?.statistic).to.be.closeTo(test?.statistic ?? NaN, 1e-9);
          for (const name of ['lower', 'consistent', 'upper'] as const)
            // A replicate may lie at the statistic itself.
            expect(scaled?.[name]).to.be.closeTo(test?.[name] ?? NaN, 1.5 / draws.length);
          const turned = superiorAbility([...gains].reverse(), draws);
          expect(turned).to.deep.equal({ ...test, best: 2 - (test?.best ?? NaN) });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('finds an alternative that is better among many that are not', () => {
    const others = Array.from({ length: 8 }, (_, at) => noise(100 + at, -0.05));
    const test = superiorAbility([...others, noise(7, 0.5)], draws);
    expect(test?.best).to.equal(8);
    expect(test?.upper).to.be.below(0.01);
  });

  it('rarely finds one where none is', () => {
    const found = Array.from({ length: 60 }, (_, trial) => {
      const gains = Array.from({ length: 5 }, (_x, at) => noise(1000 + 10 * trial + at, 0));
      return superiorAbility(gains, draws)?.consistent ?? NaN;
    });
    // 10 % of 60, and three standard errors.
    expect(found.filter((p) => p <= 0.1).length).to.be.at.most(6 + 3 * Math.sqrt(60 * 0.1 * 0.9));
    expect(found.reduce((sum, p) => sum + p, 0) / 60).to.be.within(0.35, 0.65);
  });

  it('says 1 where every alternative is clearly worse', () => {
    const test = superiorAbility([noise(1, -3), noise(2, -2)], draws);
    expect(test).to.deep.equal({ statistic: 0, best: 1, lower: 1, consistent: 1, upper: 1 });
  });

  it('is not kept from finding one by alternatives that are clearly worse', () => {
    const [good, bad] = [noise(5, 0.16), Array.from({ length: 12 }, (_, at) => noise(50 + at, -1.5, 4))];
    const test = superiorAbility([good, ...bad], draws);
    const alone = superiorAbility([good], draws);
    expect(test?.consistent).to.be.closeTo(alone?.consistent ?? NaN, 0.02);
    expect(test?.upper).to.be.above(2 * (test?.consistent ?? NaN));
  });

  describe('against a bootstrap that is centred wrongly', () => {
    const gain = noise(7, 0.5);
    const root = Math.sqrt(DATES);
    const mean = gain.reduce((sum, value) => sum + value, 0) / DATES;
    const replicates = draws.map(
      (weight) => gain.reduce((sum, value, at) => sum + value * (weight[at] ?? 0), 0) / DATES,
    );
    const share = (centre: number): number =>
      replicates.filter((value) => root * (value - centre) >= root * mean).length / draws.length;

    it('a reality check that is not centred finds nothing, whatever the gain', () => {
      expect(share(0)).to.be.within(0.4, 0.6);
      expect(superiorAbility([gain], draws)?.upper).to.be.below(0.01);
    });

    it('one that is centred twice is sure of noise', () => {
      // A gain of a third of a standard error.
      const slight = noise(9, 0);
      const level = slight.reduce((sum, value) => sum + value, 0) / DATES;
      const little = slight.map((value) => value - level + 0.02);
      const means = draws.map(
        (weight) => little.reduce((sum, value, at) => sum + value * (weight[at] ?? 0), 0) / DATES,
      );
      const deviation = Math.sqrt(means.reduce((sum, value) => sum + (value - 0.02) ** 2, 0) / means.length);
      const twice = means.filter((value) => value - 2 * 0.02 >= 0.02).length / draws.length;
      const test = superiorAbility([little], draws);
      expect(0.02 / deviation).to.be.below(0.5);
      expect(test?.consistent).to.be.above(0.3);
      expect(twice).to.be.below((test?.consistent ?? NaN) - 0.05);
    });
  });

  it('leaves out what does not differ, and does not exist without anything to compare', () => {
    const gain = noise(3, 0.2);
    const same = new Float64Array(DATES);
    expect(superiorAbility([same, gain], draws)).to.deep.equal({
      ...superiorAbility([gain], draws),
      best: 1,
    });
    expect(superiorAbility([same], draws)).to.equal(null);
    expect(superiorAbility([], draws)).to.equal(null);
    expect(superiorAbility([gain], [])).to.equal(null);
  });
});
