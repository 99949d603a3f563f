import { pow } from '../../data/math/pow.js';
import { square } from '../../data/math/square.js';
import type { CrossSection } from './cross-section.js';
import { mean, ratio, standardDeviation } from '../stats/moments.js';

/** Share of a date's symbols that is bought; at least one symbol. */
export const TOP_SHARE = 0.1;

/** Trading sessions per year, for annualisation. */
export const SESSIONS_PER_YEAR = 252;

/**
 * Costs of delivery trades on the NSE in basis points of the value traded. Brokerage and slippage are
 * assumptions for liquid large caps; taxes and fees are the statutory rates of 2022–2024, rounded up.
 */
export const COSTS_BPS = {
  brokerage: 3,
  slippage: 5,
  /** Securities transaction tax, on buying and on selling. */
  stt: 10,
  /** Exchange and SEBI fees, with GST on them and on the brokerage. */
  fees: 1,
  /** On buying only. */
  stampDuty: 1.5,
} as const;

const SELL_COST = (COSTS_BPS.brokerage + COSTS_BPS.slippage + COSTS_BPS.stt + COSTS_BPS.fees) / 10_000;
const BUY_COST = SELL_COST + COSTS_BPS.stampDuty / 10_000;

/**
 * The long-only strategy. On every date it buys the top {@link TOP_SHARE} of the symbols by probability, equally
 * weighted, with 1/horizon of the capital (a sleeve), and holds them for `horizon` bars; then the sleeve is
 * rebalanced. One entry per date with a cross-section.
 */
export interface StrategyPath {
  readonly horizon: number;
  /** Date on which the sleeve is formed, as an index into the sample's dates. */
  readonly date: Int32Array;
  /** Return of the sleeve over its holding period, before and after costs, as a fraction. */
  readonly gross: Float64Array;
  readonly net: Float64Array;
  /** Return of all symbols of the date, equally weighted, over the same bars, without costs. */
  readonly equalWeight: Float64Array;
  /** Share of the sleeve that is replaced (one way); 1 when it is first bought. */
  readonly turnover: Float64Array;
  /** Number of symbols held. */
  readonly holdings: Int32Array;
}

/** The symbols that are bought on a date: highest probability first, ties by symbol. */
export function topOf(section: CrossSection): Int32Array {
  const count = Math.max(1, Math.ceil(section.symbol.length * TOP_SHARE));
  return Int32Array.from(section.symbol.keys())
    .sort((a, b) => (section.probability[b] ?? 0) - (section.probability[a] ?? 0) || a - b)
    .slice(0, count)
    .map((place) => section.symbol[place] ?? 0);
}

/** Runs the strategy over the cross-sections. */
export function runStrategy(sections: readonly CrossSection[], horizon: number): StrategyPath {
  const held = sections.map(topOf);
  const turnover = Float64Array.from(sections, (_, i) => replaced(held[i - horizon], held[i]));
  const gross = Float64Array.from(sections, (section, i) => meanReturn(section, held[i]));
  return {
    horizon,
    date: Int32Array.from(sections, (section) => section.date),
    gross,
    net: gross.map((value, i) => {
      const share = turnover[i] ?? 0;
      return value - share * (i < horizon ? BUY_COST : BUY_COST + SELL_COST);
    }),
    equalWeight: Float64Array.from(sections, (section) => mean(section.forwardReturn) ?? 0),
    turnover,
    holdings: Int32Array.from(held, (symbols) => symbols.length),
  };
}

/**
 * Wealth of all sleeves together, starting from 1, after the holding formed on each date has ended. A holding is
 * valued only when it ends, so a drawdown within one is not visible.
 */
export function equityCurve(returns: Float64Array, horizon: number): Float64Array {
  const sleeves = new Float64Array(horizon).fill(1 / horizon);
  return returns.map((value, i) => {
    sleeves[i % horizon] = (sleeves[i % horizon] ?? 0) * (1 + value);
    return sleeves.reduce((sum, sleeve) => sum + sleeve, 0);
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

/** Figures of a series of holdings; all null without any. */
export interface ReturnFigures {
  /** Compound annual growth rate of the equity curve. */
  readonly annualisedReturn: number | null;
  /** Standard deviation (ddof 1) of the holdings' returns, annualised by √(bars per year / horizon). */
  readonly volatility: number | null;
  /** Mean over standard deviation of the holdings' returns, annualised likewise; no risk-free rate. */
  readonly sharpe: number | null;
  /** The same over the root mean square of the losses (Sortino & Price, 1994; target 0). */
  readonly sortino: number | null;
  readonly maxDrawdown: number | null;
}

/**
 * Annualised figures. Volatility is computed from whole holdings of `horizon` bars, not from the daily average of
 * overlapping sleeves, which is smoother and would inflate the Sharpe ratio.
 *
 * @param periodsPerYear Bars per year ({@link SESSIONS_PER_YEAR} for daily bars).
 */
export function returnFigures(returns: Float64Array, horizon: number, periodsPerYear: number): ReturnFigures {
  const average = mean(returns);
  const deviation = standardDeviation(returns, 1);
  const losses = mean(returns.map((value) => square(Math.min(value, 0))));
  const scale = Math.sqrt(periodsPerYear / horizon);
  const times = (value: number | null): number | null => (value === null ? null : value * scale);
  const curve = equityCurve(returns, horizon);
  const end = curve.at(-1);
  return {
    annualisedReturn: end === undefined ? null : pow(Math.max(end, 0), periodsPerYear / returns.length) - 1,
    volatility: times(deviation),
    sharpe: times(ratio(average, deviation)),
    sortino: times(ratio(average, losses === null ? null : Math.sqrt(losses))),
    maxDrawdown: end === undefined ? null : maxDrawdown(curve),
  };
}

/** Active returns: return after costs minus that of all symbols equally weighted, per holding. */
export function activeReturns({ net, equalWeight }: StrategyPath): Float64Array {
  return net.map((value, i) => value - (equalWeight[i] ?? 0));
}

function meanReturn(section: CrossSection, held: Int32Array | undefined): number {
  const bought = new Set(held);
  return mean(section.forwardReturn.filter((_, place) => bought.has(section.symbol[place] ?? -1))) ?? 0;
}

function replaced(before: Int32Array | undefined, after: Int32Array | undefined): number {
  if (before === undefined || after === undefined) return 1;
  const old = new Set(before);
  const kept = after.filter((symbol) => old.has(symbol)).length;
  // Half of the sum of all weight changes, with weights of 1/count.
  return 1 - kept * Math.min(1 / before.length, 1 / after.length);
}
