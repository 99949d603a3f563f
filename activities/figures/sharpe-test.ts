import type { SharpeTest } from '../../data/schemas/metrics.js';
import { deflatedSharpe, probabilisticSharpe, sharpeMoments } from '../stats/sharpe.js';
import type { PreparedArm } from './arm.js';

/**
 * Deflates a Sharpe ratio by another number of trials than that of its own test, from the moments that the test
 * has stored.
 */
export function deflateBy(
  {
    independentHoldings: n,
    sharpe,
    skew,
    kurtosis,
  }: Pick<SharpeTest, 'independentHoldings' | 'sharpe' | 'skew' | 'kurtosis'>,
  trials: number,
): { readonly trials: number; readonly benchmark: number | null; readonly deflated: number | null } {
  if (sharpe === null || skew === null || kurtosis === null)
    return { trials, benchmark: null, deflated: null };
  return { trials, ...deflatedSharpe({ n, sharpe, skew, kurtosis }, trials) };
}

/** The Sharpe ratio of a strategy. @param returns Over the root of the bars held, whose mean and deviation stand in the ratio of whole holdings. */
export function sharpeTest({ strategy }: PreparedArm, returns: Float64Array, trials: number): SharpeTest {
  // A date counts as the share of a holding that is its own. The small addition takes rounding back.
  const independentHoldings = Math.floor(strategy.bars.reduce((sum, bars) => sum + 1 / bars, 0) + 1e-9);
  const moments = sharpeMoments(returns, independentHoldings);
  const test = {
    independentHoldings,
    sharpe: moments?.sharpe ?? null,
    skew: moments?.skew ?? null,
    kurtosis: moments?.kurtosis ?? null,
    probabilistic: moments === null ? null : probabilisticSharpe(moments, 0),
  };
  const { benchmark, deflated } = deflateBy(test, trials);
  return { ...test, trials, deflatedBenchmark: benchmark, deflated };
}
