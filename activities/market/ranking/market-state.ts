import { log } from '../../../data/math/log.js';
import { MAX_MISSED_BARS } from '../columns/missed-bars.js';
import type { MarketMoments } from '../columns/market-moments.js';
import { rollingDeviation, rollingMean } from '../columns/rolling.js';
import { STATE_BOUND, STATE_FIGURES } from './rank-features.js';

const SHORT = 20;
const LONG = 250;

/** Market bars that a row's ranks, factors and state are computed from, the row's own included: that of the state. */
export const RANK_LOOKBACK_MARKET_BARS = LONG + SHORT + MAX_MISSED_BARS;

/**
 * The state of the market at every market bar: its volatility and its cross-sectional dispersion over the last 20 bars,
 * each relative to its mean over 250 bars, as a logarithm, clipped.
 *
 * @param over1 Moments of the members' log returns over a bar.
 * @returns Row-major [market bars × S]; 0 where the lookback is missing or nothing moves.
 */
export function marketState(over1: MarketMoments): Float32Array {
  const width = STATE_FIGURES.length;
  const state = new Float32Array(over1.mean.length * width);
  [rollingDeviation(over1.mean, SHORT), rollingMean(over1.deviation, SHORT)].forEach((figure, column) => {
    const usual = rollingMean(figure, LONG);
    // The first market bars lack the symbols that missed a bar before them.
    for (let place = RANK_LOOKBACK_MARKET_BARS - 1; place < figure.length; place += 1) {
      const ratio = meanRatio(figure[place] ?? NaN, usual[place] ?? NaN);
      state[place * width + column] = Math.min(STATE_BOUND, Math.max(-STATE_BOUND, ratio));
    }
  });
  return state;
}

function meanRatio(value: number, usual: number): number {
  return value > 0 && usual > 0 ? log(value / usual) : 0;
}
