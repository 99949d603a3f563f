import { pow } from '../../../data/math/pow.js';
import { square } from '../../../data/math/square.js';
import { mean, ratio, standardDeviation } from '../../stats/moments.js';
import type { StrategyPath } from './sleeves.js';

/** Trading sessions per year, for annualisation. */
export const SESSIONS_PER_YEAR = 252;

/** Returns of whole holdings, one per date, with the bars that each is held. */
export interface Holdings {
  readonly returns: Float64Array;
  readonly bars: Int32Array;
}

/**
 * Wealth of all sleeves together, starting from 1, after the holding formed on each date has ended. A holding is
 * valued only when it ends, so a drawdown within one is not visible. Where the holding period changes, the wealth is
 * divided again among as many sleeves as it has bars.
 */
export function equityCurve({ returns, bars }: Holdings): Float64Array {
  let sleeves = new Float64Array(0);
  let start = 0;
  let wealth = 1;
  return returns.map((value, i) => {
    const count = bars[i] ?? 1;
    if (count !== sleeves.length) {
      sleeves = new Float64Array(count).fill(wealth / count);
      start = i;
    }
    const place = (i - start) % count;
    sleeves[place] = (sleeves[place] ?? 0) * (1 + value);
    wealth = sleeves.reduce((sum, sleeve) => sum + sleeve, 0);
    return wealth;
  });
}

/** Maximum drawdown of a curve from an earlier peak (or from the start, 1), as a positive fraction. */
export function maxDrawdown(curve: Float64Array): number {
  let peak = 1;
  let deepest = 0;
  for (const value of curve) {
    peak = Math.max(peak, value);
    deepest = Math.max(deepest, 1 - value / peak);
  }
  return deepest;
}

/** Returns per bar: each over the bars that it was held. Their mean times the bars of a year is the yearly return. */
export function perBar({ returns, bars }: Holdings): Float64Array {
  return returns.map((value, i) => value / (bars[i] ?? 1));
}

/**
 * Returns over the square root of their bars: their standard deviation times the root of the bars of a year is the
 * yearly volatility, and mean over standard deviation the Sharpe ratio of a holding.
 */
export function perRootBar({ returns, bars }: Holdings): Float64Array {
  return returns.map((value, i) => value / Math.sqrt(bars[i] ?? 1));
}

/** Figures of a series of holdings; all null without any. */
export interface ReturnFigures {
  /** Compound annual growth rate of the equity curve. */
  readonly annualisedReturn: number | null;
  /** Standard deviation (ddof 1) of the holdings' returns, annualised by √(bars per year / bars held). */
  readonly volatility: number | null;
  /** Mean over standard deviation of the holdings' returns, annualised likewise; no risk-free rate. */
  readonly sharpe: number | null;
  /** The same over the root mean square of the losses (Sortino & Price, 1994; target 0). */
  readonly sortino: number | null;
  readonly maxDrawdown: number | null;
}

/**
 * Annualised figures. Volatility is computed from whole holdings, not from the daily average of
 * overlapping sleeves, which is smoother and would inflate the Sharpe ratio.
 *
 * @param periodsPerYear Bars per year ({@link SESSIONS_PER_YEAR} for daily bars).
 */
export function returnFigures(holdings: Holdings, periodsPerYear: number): ReturnFigures {
  const { returns } = holdings;
  const yearly = times(mean(perBar(holdings)), periodsPerYear);
  const scaled = perRootBar(holdings);
  const volatility = times(standardDeviation(scaled, 1), Math.sqrt(periodsPerYear));
  const losses = mean(scaled.map((value) => square(Math.min(value, 0))));
  const curve = equityCurve(holdings);
  const end = curve.at(-1);
  return {
    annualisedReturn: end === undefined ? null : pow(Math.max(end, 0), periodsPerYear / returns.length) - 1,
    volatility,
    sharpe: ratio(yearly, volatility),
    sortino: ratio(yearly, losses === null ? null : Math.sqrt(losses * periodsPerYear)),
    maxDrawdown: end === undefined ? null : maxDrawdown(curve),
  };
}

/** Active returns: return after costs minus that of all symbols equally weighted, per holding. */
export function activeReturns({ net, equalWeight }: Pick<StrategyPath, 'net' | 'equalWeight'>): Float64Array {
  return net.map((value, i) => value - (equalWeight[i] ?? 0));
}

/** The product; null for null. */
export function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
