import { doublesOf } from '../../../data/math/fill-columns.js';
import { BETA_RETURNS, VOLATILITY_RETURNS } from './rank-features.js';

/** How a symbol moves with the market, at every bar; NaN where the lookback is missing. */
export interface MarketSlope {
  /** Least-squares slope of the log returns on those of the market over {@link BETA_RETURNS} bars. */
  readonly beta: Float32Array;
  /** Standard deviation over {@link VOLATILITY_RETURNS} bars of the log return − beta × that of the market. */
  readonly idiosyncratic: Float32Array;
}

/** The market does not move: there is no slope. */
const SMALLEST_VARIANCE = 1e-16;

/**
 * Regresses a symbol on the market over each bar's own lookback. Sums run from the oldest bar to the newest, each from
 * scratch, so that they do not depend on where the history starts.
 *
 * @param returns Log return of every own bar.
 * @param market The market's mean log return at every market bar.
 * @param places Index of each own bar in the market bars.
 * @param reach From `reachOf`.
 */
export function marketSlope(
  returns: Float64Array,
  market: Float64Array,
  places: Int32Array,
  reach: Int32Array,
): MarketSlope {
  const beta = new Float32Array(returns.length).fill(NaN);
  const idiosyncratic = new Float32Array(returns.length).fill(NaN);
  const beside = doublesOf(places, (place) => market[place] ?? NaN);
  for (let bar = BETA_RETURNS; bar < returns.length; bar += 1) {
    if ((reach[bar] ?? 0) < BETA_RETURNS) continue;
    let x = 0;
    let y = 0;
    let xx = 0;
    let xy = 0;
    const middle = bar - VOLATILITY_RETURNS;
    for (let at = bar - BETA_RETURNS + 1; at <= middle; at += 1) {
      const own = returns[at] ?? NaN;
      const other = beside[at] ?? NaN;
      x += other;
      y += own;
      xx += other * other;
      xy += other * own;
    }
    let lateX = 0;
    let lateY = 0;
    let lateXx = 0;
    let lateXy = 0;
    let lateYy = 0;
    for (let at = middle + 1; at <= bar; at += 1) {
      const own = returns[at] ?? NaN;
      const other = beside[at] ?? NaN;
      lateX += other;
      lateY += own;
      lateXx += other * other;
      lateXy += other * own;
      lateYy += own * own;
    }
    x += lateX;
    y += lateY;
    const variance = xx + lateXx - (x * x) / BETA_RETURNS;
    if (!(variance > SMALLEST_VARIANCE)) continue;
    const slope = (xy + lateXy - (x * y) / BETA_RETURNS) / variance;
    // Squares of own − slope × market around their mean, multiplied out.
    const centre = lateY - slope * lateX;
    const squares =
      lateYy - 2 * slope * lateXy + slope * slope * lateXx - (centre * centre) / VOLATILITY_RETURNS;
    beta[bar] = slope;
    idiosyncratic[bar] = Math.sqrt(Math.max(0, squares) / VOLATILITY_RETURNS);
  }
  return { beta, idiosyncratic };
}
