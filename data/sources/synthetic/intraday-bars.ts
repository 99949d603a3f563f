import { emptySeries } from '../../bars/bar-parquet.js';
import type { BarSeries } from '../../bars/series.js';
import type { Calendar } from '../../calendar/calendar.js';
import { exp } from '../../math/exp.js';
import { log } from '../../math/log.js';
import { square } from '../../math/square.js';
import { randomStream } from '../../random.js';
import { MINUTES_PER_DAY, dayOfMinutes } from '../../time/dates.js';

/** Expected range of a Brownian motion in units of its standard deviation, √(8/π) (Feller, 1951). */
const RANGE_PER_DEVIATION = Math.sqrt(8 / Math.PI);
/** Volatility at both ends of a session relative to its middle. */
const EDGE = 2;

/**
 * 5-minute bars that are consistent with daily bars: the first open, last close, highest high, lowest low and total
 * volume of a session are those of its daily bar. In between, prices follow a Brownian bridge with higher volatility
 * at both ends of the session, kept inside the day's range. Within a day, only the volatility is predictable; the
 * signal in the daily bars works across sessions only.
 */
export function intradayBars(seed: number, daily: BarSeries, calendar: Calendar): BarSeries {
  const starts = Array.from(daily.time, (minutes) => calendar.barStarts(dayOfMinutes(minutes)));
  const series = emptySeries(
    daily.symbol,
    '5minute',
    starts.reduce((sum, session) => sum + (session?.length ?? 0), 0),
  );
  let first = 0;
  starts.forEach((session, index) => {
    if (session === null) return;
    const midnight = daily.time[index] ?? 0;
    // One random stream per day, so that bars do not depend on how many sessions are requested.
    const random = randomStream([
      seed,
      'synthetic',
      'intraday',
      daily.symbol,
      Math.floor(midnight / MINUTES_PER_DAY),
    ]);
    session.forEach((minutes, bar) => (series.time[first + bar] = midnight + minutes));
    fillPrices(series, first, session.length, daily, index, random);
    fillVolumes(series, first, session.length, daily.volume[index] ?? 0, random);
    first += session.length;
  });
  return series;
}

type Random = ReturnType<typeof randomStream>;

function fillPrices(
  series: BarSeries,
  first: number,
  bars: number,
  daily: BarSeries,
  day: number,
  random: Random,
): void {
  const [open, high, low, close] = [
    daily.open[day] ?? NaN,
    daily.high[day] ?? NaN,
    daily.low[day] ?? NaN,
    daily.close[day] ?? NaN,
  ];
  const inside = (price: number): number => Math.min(high, Math.max(low, toTick(price)));
  const path = bridge(bars, log(high / low) / RANGE_PER_DEVIATION, random);
  const rise = log(close / open);
  let [highest, lowest] = [first, first];
  let before = open;
  for (let bar = 0; bar < bars; bar += 1) {
    const at = first + bar;
    const done = (bar + 1) / bars;
    const after = bar === bars - 1 ? close : inside(open * exp(rise * done + (path[bar] ?? 0)));
    const wick = Math.abs(random.normal()) * 0.0004;
    series.open[at] = before;
    series.close[at] = after;
    series.high[at] = Math.max(before, after, inside(Math.max(before, after) * (1 + wick)));
    series.low[at] = Math.min(before, after, inside(Math.min(before, after) * (1 - wick)));
    if ((series.high[at] ?? 0) > (series.high[highest] ?? 0)) highest = at;
    if ((series.low[at] ?? 0) < (series.low[lowest] ?? 0)) lowest = at;
    before = after;
  }
  series.high[highest] = high;
  series.low[lowest] = low;
}

/** A Brownian bridge from 0 to 0. @param deviation Standard deviation of the underlying motion over all steps. */
function bridge(steps: number, deviation: number, random: Random): Float64Array {
  const path = new Float64Array(steps);
  let sum = 0;
  let squares = 0;
  for (let step = 0; step < steps; step += 1) {
    const scale = relativeVolatility(step, steps);
    squares += scale * scale;
    sum += scale * random.normal();
    path[step] = sum;
  }
  const unit = deviation / Math.sqrt(squares);
  return path.map((value, step) => unit * (value - (sum * (step + 1)) / steps));
}

function fillVolumes(series: BarSeries, first: number, bars: number, total: number, random: Random): void {
  let sum = 0;
  for (let bar = 0; bar < bars; bar += 1) {
    const weight = relativeVolatility(bar, bars) * exp(0.4 * random.normal());
    series.volume[first + bar] = weight;
    sum += weight;
  }
  let remaining = total;
  for (let bar = 0; bar < bars; bar += 1) {
    const share = Math.floor((total * (series.volume[first + bar] ?? 0)) / sum);
    const shares = bar === bars - 1 ? remaining : Math.min(remaining, share);
    series.volume[first + bar] = shares;
    remaining -= shares;
  }
}

/** From EDGE at both ends of a session to 1 in its middle. */
function relativeVolatility(step: number, steps: number): number {
  const fromMiddle = Math.abs((2 * step + 1) / steps - 1);
  return 1 + (EDGE - 1) * square(fromMiddle);
}

function toTick(price: number): number {
  return Math.round(Math.round(price * 20) * 5) / 100;
}
