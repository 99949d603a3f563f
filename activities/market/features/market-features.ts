import type { LabelRule } from '../../../data/schemas/label-rule.js';
import type { MarketMoments } from '../columns/market-moments.js';
import { rollingDeviation } from '../columns/rolling.js';
import { logOfScale } from '../label-scale.js';

/** In a cross-section of fewer symbols the z-score is 0. */
const MIN_SYMBOLS = 5;

/** Features of the market as a whole at every market bar. */
export interface MarketFeatures {
  readonly return1: Float64Array;
  readonly return5: Float64Array;
  readonly return20: Float64Array;
  readonly dispersion: Float64Array;
  readonly volatility20: Float64Array;
}

/** Distance of a value from the market mean in standard deviations; 0 where too few symbols count. */
export function zScore(value: number, { count, mean, deviation }: MarketMoments, place: number): number {
  if (Number.isNaN(value)) return NaN;
  const spread = deviation[place] ?? 0;
  if ((count[place] ?? 0) < MIN_SYMBOLS || spread < 1e-9) return 0;
  return (value - (mean[place] ?? 0)) / spread;
}

/** Equal-weight market features from the moments of log returns over 1, 5 and 20 bars. */
export function marketFeatures(
  returns: { readonly over1: MarketMoments; readonly over5: MarketMoments; readonly over20: MarketMoments },
  rule: LabelRule,
): MarketFeatures {
  return {
    return1: returns.over1.mean,
    return5: returns.over5.mean,
    return20: returns.over20.mean,
    dispersion: returns.over1.deviation.map((deviation) => logOfScale(deviation, rule)),
    volatility20: rollingDeviation(returns.over1.mean, 20).map((deviation) => logOfScale(deviation, rule)),
  };
}
