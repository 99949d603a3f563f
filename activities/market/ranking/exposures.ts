import { dayOfMinutes, MINUTES_PER_DAY } from '../../../data/time/dates.js';
import { MAX_MISSED_BARS } from '../columns/missed-bars.js';
import { marketTimes, placesIn } from '../columns/market-bars.js';
import { marketMoments } from '../columns/market-moments.js';
import type { Exposures } from '../feature-table.js';
import type { Membership } from '../membership.js';
import { memberRows } from '../membership.js';
import { marketSlope } from './market-slope.js';
import { BETA_RETURNS, VOLATILITY_RETURNS } from './rank-features.js';
import { reachOf } from '../columns/reach.js';
import type { SessionFigures } from './sessions.js';
import { VALUE_SESSIONS } from './sessions.js';

/**
 * Sessions of the market that a row's exposures are computed from, its own included: the slope's returns, the market's
 * return behind the oldest of them, and for intraday rows the session before the row's own.
 */
export const EXPOSURE_LOOKBACK_SESSIONS = BETA_RETURNS + 2 + 3 * MAX_MISSED_BARS;

/** A symbol's rows and when it had sessions. */
export interface ExposedSymbol {
  readonly symbol: string;
  readonly time: Int32Array;
  /** As `SessionFigures.time`. */
  readonly sessions: Int32Array;
}

/** Exposures of every row of a symbol. @param slope Beta of every bar: daily bars are the sessions. */
export type ExposuresOf = (symbol: number, sessions: SessionFigures, slope: Float32Array) => Exposures;

/**
 * Exposures of the symbols of a market: of daily bars as of the close of the row's session, of intraday bars as of
 * the session before, so that no row knows its own session's end.
 *
 * @param returnsOf Log returns of a symbol's sessions.
 */
export function marketExposures(
  symbols: readonly ExposedSymbol[],
  membership: Membership,
  returnsOf: (symbol: number) => Float64Array,
): ExposuresOf {
  const days = marketTimes(symbols.map(({ sessions }) => ({ time: sessions })));
  const daily = symbols.every(({ time, sessions }) => time.length === sessions.length);
  const mean = daily ? new Float64Array(0) : marketReturns(symbols, membership, days, returnsOf);
  return (symbol, own, slope) => {
    const { time = new Int32Array(0) } = symbols[symbol] ?? {};
    const place = placesIn(days, own.time);
    const reach = reachOf(place);
    const beta = daily ? slope : marketSlope(own.return1, mean, place, reach).beta;
    const session = sessionOfRows(time, own.time, place);
    const spread = (values: Float32Array, lookback: number): Float32Array => {
      const rows = new Float32Array(time.length);
      for (let row = 0; row < rows.length; row += 1) {
        const at = session[row] ?? -1;
        rows[row] = (reach[at] ?? -1) < lookback ? NaN : (values[at] ?? NaN);
      }
      return rows;
    };
    return {
      volatility: spread(own.volatility, VOLATILITY_RETURNS),
      beta: spread(beta, BETA_RETURNS),
      tradedValue: spread(own.tradedValue, VALUE_SESSIONS - 1),
    };
  };
}

/** Mean log return of the members in every session of the market. */
function marketReturns(
  symbols: readonly ExposedSymbol[],
  membership: Membership,
  days: Int32Array,
  returnsOf: (symbol: number) => Float64Array,
): Float64Array {
  return marketMoments({
    valuesOf: returnsOf,
    places: symbols.map(({ sessions }) => placesIn(days, sessions)),
    members: symbols.map(({ symbol, sessions }) => memberRows(sessions, membership.get(symbol))),
    lookback: 1,
    marketBars: days.length,
  }).mean;
}

/**
 * Index of the session whose end each row knows: its own for daily bars, which begin with the day; the symbol's session
 * before for others, as long as the symbol missed few since; −1 where there is none.
 */
function sessionOfRows(time: Int32Array, starts: Int32Array, place: Int32Array): Int32Array {
  let session = 0;
  return time.map((minutes) => {
    const start = dayOfMinutes(minutes) * MINUTES_PER_DAY;
    while ((starts[session] ?? Infinity) < start) session += 1;
    if (minutes === start) return session;
    const missed = (place[session] ?? 0) - (place[session - 1] ?? -Infinity) - 1;
    return missed > MAX_MISSED_BARS ? -1 : session - 1;
  });
}
