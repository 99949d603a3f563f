import { expect } from 'chai';
import fc from 'fast-check';

import { rewardWeights, rewardsOf } from '../../../../activities/model/student/rewards.js';

const rowsOf = (time: number[], score: number[], forwardReturn: number[], logit = score) => ({
  time: Int32Array.from(time),
  score: Float32Array.from(score),
  logit: Float32Array.from(logit),
  forwardReturn: Float64Array.from(forwardReturn),
});

describe('rewards for a direction', () => {
  it('are the return relative to the time’s mean, in the direction of the score', () => {
    const rewards = rewardsOf(rowsOf([1, 1, 1, 1], [1, -1, 1, -1], [0.02, -0.02, -0.02, 0.02]));
    // Two standard deviations are 0.04.
    expect([...rewards]).to.deep.equal([0.5, 0.5, -0.5, -0.5]);
  });

  it('do not depend on what the whole market did', () => {
    const score = [1, -1, 1, -1];
    const calm = rewardsOf(rowsOf([1, 1, 1, 1], score, [0.02, -0.02, -0.02, 0.02]));
    const crash = rewardsOf(rowsOf([1, 1, 1, 1], score, [-0.08, -0.12, -0.12, -0.08]));
    crash.forEach((reward, row) => expect(reward).to.be.closeTo(calm[row] ?? NaN, 1e-6));
  });

  it('follow the logit where nothing is ranked, and are 0 where no return is known', () => {
    const unranked = rowsOf([1, 1, 1], [NaN, NaN, NaN], [0.02, -0.02, NaN], [2, -3, 0]);
    const rewards = rewardsOf(unranked);
    expect(rewards[0]).to.be.above(0);
    expect(rewards[1]).to.be.above(0);
    expect(rewards[2]).to.equal(0);
  });

  const returns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 4, maxLength: 40 });

  it('treat up and down alike: turning scores and returns around changes nothing', () => {
    fc.assert(
      fc.property(returns, fc.integer({ min: 1, max: 5 }), (values, times) => {
        const time = values.map((_, row) => row % times);
        const score = values.map((value, row) => (row % 3 === 0 ? -1 : 1) * (Math.abs(value) + 0.001));
        const one = rewardsOf(rowsOf(time, score, values));
        const other = rewardsOf(
          rowsOf(
            time,
            score.map((value) => -value),
            values.map((value) => -value),
          ),
        );
        one.forEach((reward, row) => expect(reward).to.be.closeTo(other[row] ?? NaN, 1e-6));
        for (const reward of one) expect(reward).to.be.within(-1, 1);
      }),
    );
  });

  for (const kind of ['none', 'linear', 'exponential'] as const)
    it(`become ${kind} weights with a mean of 1 that rise with the reward`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }),
          (values) => {
            const rewards = Float32Array.from([...values, 0.5, -0.5]);
            const weights = rewardWeights(rewards, kind);
            const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
            expect(mean).to.be.closeTo(1, 1e-5);
            const [better, worse] = [weights.at(-2) ?? NaN, weights.at(-1) ?? NaN];
            if (kind === 'none') expect(better).to.equal(worse);
            else expect(better).to.be.above(worse);
            for (const weight of weights) expect(weight).to.be.at.least(0);
          },
        ),
      );
    });
});
