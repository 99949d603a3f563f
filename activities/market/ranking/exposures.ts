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

/** A symbol's rows and sessions. */
export interface ExposedSymbol {
  readonly symbol: string;
  readonly time: Int32Array;
  readonly sessions: SessionFigures;
}

/**
 * Exposures of every row of every symbol: of daily bars as of the close of the row's session, of intraday bars as of
 * the session before, so that no row knows its own session's end.
 *
 * @param slopes Beta of every bar of every symbol: daily bars are the sessions.
 */
export function exposuresOf(
  symbols: readonly ExposedSymbol[],
  membership: Membership,
  slopes: readonly Float32Array[],
): Exposures[] {
  const sessions = symbols.map(({ sessions }) => sessions);
  const days = marketTimes(sessions);
  const places = sessions.map(({ time }) => placesIn(days, time));
  const daily = symbols.every(({ time, sessions: own }) => time.length === own.time.length);
  const mean = daily ? new Float64Array(0) : marketReturns(symbols, membership, places, days.length);
  return symbols.map(({ time, sessions: own }, index) => {
    const place = places[index] ?? new Int32Array(0);
    const reach = reachOf(place);
    const beta = daily ? slopes[index] : marketSlope(own.return1, mean, place, reach).beta;
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
      beta: spread(beta ?? new Float32Array(0), BETA_RETURNS),
      tradedValue: spread(own.tradedValue, VALUE_SESSIONS - 1),
    };
  });
}

/** Mean log return of the members in every session of the market. */
function marketReturns(
  symbols: readonly ExposedSymbol[],
  membership: Membership,
  places: readonly Int32Array[],
  marketBars: number,
): Float64Array {
  return marketMoments({
    values: symbols.map(({ sessions }) => sessions.return1),
    places,
    members: symbols.map(({ symbol, sessions: { time } }) => memberRows(time, membership.get(symbol))),
    lookback: 1,
    marketBars,
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
