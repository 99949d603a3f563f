import { doublesOf } from '../../../data/math/fill-columns.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { log } from '../../../data/math/log.js';
import { MINUTES_PER_DAY, dayOfMinutes } from '../../../data/time/dates.js';
import { rollingDeviation, rollingMean } from '../columns/rolling.js';
import type { SharedColumns } from './own-columns.js';
import { VOLATILITY_RETURNS } from './rank-features.js';

/** Sessions of the mean traded value. */
export const VALUE_SESSIONS = 60;

/** What one symbol did in each session in which it has a bar. */
export interface SessionFigures {
  /** Start of the day in exchange minutes. */
  readonly time: Int32Array;
  /** Log return from the close of the symbol's session before. */
  readonly return1: Float64Array;
  /** Standard deviation of the last {@link VOLATILITY_RETURNS} log returns. */
  readonly volatility: Float32Array;
  /** Mean of close × volume, added over the session's bars, over {@link VALUE_SESSIONS} sessions, in rupees. */
  readonly tradedValue: Float32Array;
}

/**
 * The sessions of a series; NaN where there are too few before.
 *
 * @param series Adjusted bars.
 * @param daily What its features have computed of its bars: of daily bars these are the sessions' figures.
 */
export function sessionFigures(
  { time, close, volume, interval }: BarSeries,
  daily: Pick<SharedColumns, 'return1' | 'deviation60'>,
): SessionFigures {
  if (interval === '1day')
    return {
      time,
      return1: daily.return1,
      volatility: Float32Array.from(daily.deviation60),
      tradedValue: meanValue(close.map((price, bar) => price * (volume[bar] ?? NaN))),
    };
  const starts: number[] = [];
  const closes: number[] = [];
  const values: number[] = [];
  let last = NaN;
  for (let bar = 0; bar < time.length; bar += 1) {
    const day = dayOfMinutes(time[bar] ?? 0);
    const price = close[bar] ?? NaN;
    const value = price * (volume[bar] ?? NaN);
    const at = day === last ? closes.length - 1 : closes.length;
    last = day;
    starts[at] = day * MINUTES_PER_DAY;
    closes[at] = price;
    values[at] = (values[at] ?? 0) + value;
  }
  const return1 = doublesOf(closes, (price, at) => log(price / (closes[at - 1] ?? NaN)));
  return {
    time: Int32Array.from(starts),
    return1,
    volatility: Float32Array.from(rollingDeviation(return1, VOLATILITY_RETURNS)),
    tradedValue: meanValue(Float64Array.from(values)),
  };
}

function meanValue(values: Float64Array): Float32Array {
  return Float32Array.from(rollingMean(values, VALUE_SESSIONS));
}
