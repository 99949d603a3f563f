import { expect } from 'chai';

import { returnFigures } from '../../../activities/figures/strategy/returns.js';
import { deflatedSharpe, probabilisticSharpe, sharpeMoments } from '../../../activities/stats/sharpe.js';
import { minTrackRecord } from '../../../activities/stats/track-record.js';
import { randomStream } from '../../../data/random.js';

const SESSIONS = 252;

/** What other programs are known to get wrong: each gives another number here. */
describe('known mistakes', () => {
  const random = randomStream([5, 'returns']);
  const returns = Float64Array.from({ length: 2 * SESSIONS }, () => 0.0004 + 0.01 * random.normal());

  it('an annualised Sharpe ratio in the formula of one per period is nearly sure of anything', () => {
    const moments = sharpeMoments(returns);
    if (moments === null) throw new Error('no moments');
    const right = probabilisticSharpe(moments, 0);
    const annualised = { ...moments, sharpe: moments.sharpe * Math.sqrt(SESSIONS) };
    const wrong = probabilisticSharpe(annualised, 0);
    expect(right).to.be.within(0.5, 0.95);
    expect(wrong).to.be.above(0.999);
    // A ratio per period: the same returns twice are worth √2 times as many standard errors, nothing else changes.
    const z = moments.sharpe * Math.sqrt(moments.n - 1);
    expect(right).to.be.closeTo(
      probabilisticSharpe({ ...moments, sharpe: z, n: 2, skew: 0, kurtosis: 1 }, 0) ?? NaN,
      0.02,
    );
    expect(minTrackRecord(annualised, 0, 0.95)).to.be.below(0.05 * (minTrackRecord(moments, 0, 0.95) ?? NaN));
  });

  it('an annualised variance across trials deflates a ratio per period to nothing', () => {
    const moments = sharpeMoments(returns);
    if (moments === null) throw new Error('no moments');
    const ratios = Array.from({ length: 20 }, () => 0.02 * random.normal());
    const right = deflatedSharpe(moments, 20, ratios);
    const wrong = deflatedSharpe(
      moments,
      20,
      ratios.map((ratio) => ratio * Math.sqrt(SESSIONS)),
    );
    expect(wrong.benchmark).to.be.closeTo((right.benchmark ?? NaN) * Math.sqrt(SESSIONS), 1e-12);
    expect(right.deflated).to.be.above(0.05);
    expect(wrong.deflated).to.be.below(1e-6);
  });

  it('calendar days over 252 are no years', () => {
    // Two years of sessions that double the money, over 2 × 365 calendar days.
    const doubling = new Float64Array(2 * SESSIONS).fill(2 ** (1 / (2 * SESSIONS)) - 1);
    const bars = new Int32Array(doubling.length).fill(1);
    const growth = returnFigures({ returns: doubling, bars }, SESSIONS).annualisedReturn;
    expect(growth).to.be.closeTo(Math.SQRT2 - 1, 1e-10);
    const wrong = 2 ** (1 / ((2 * 365) / SESSIONS)) - 1;
    expect(growth).to.be.above(1.4 * wrong);
  });
});
