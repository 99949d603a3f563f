/**
 * Rolling figures over whole series. Every window is summed from scratch: the rounding of a running sum would
 * depend on where the series starts. So equal windows give equal bits.
 */

/** A column of NaN: every bar is unknown. */
export function unknownColumn(length: number): Float64Array {
  return new Float64Array(length).fill(NaN);
}

/** Mean of `values[from .. from + count)`. */
export function meanOf(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i += 1) sum += values[i] ?? NaN;
  return sum / count;
}

/** Population standard deviation (ddof 0) of `values[from .. from + count)` around `mean`. */
export function deviationOf(values: Float64Array, from: number, count: number, mean: number): number {
  let squares = 0;
  for (let i = from; i < from + count; i += 1) {
    const difference = (values[i] ?? NaN) - mean;
    squares += difference * difference;
  }
  return Math.sqrt(squares / count);
}

/** Windows that are summed side by side: a sum waits for its last addition, the next window's does not. */
const LANES = 4;

/** Simple moving average; NaN in the first `period − 1` bars. */
export function rollingMean(values: Float64Array, period: number): Float64Array {
  const out = unknownColumn(values.length);
  let i = period - 1;
  for (; i + LANES <= values.length; i += LANES) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let at = i - period + 1; at <= i; at += 1) {
      first += values[at] ?? NaN;
      second += values[at + 1] ?? NaN;
      third += values[at + 2] ?? NaN;
      fourth += values[at + 3] ?? NaN;
    }
    out[i] = first / period;
    out[i + 1] = second / period;
    out[i + 2] = third / period;
    out[i + 3] = fourth / period;
  }
  for (; i < values.length; i += 1) out[i] = meanOf(values, i - period + 1, period);
  return out;
}

/** Moving population standard deviation (ddof 0, as TA-Lib's STDDEV); NaN in the first `period − 1` bars. */
export function rollingDeviation(values: Float64Array, period: number): Float64Array {
  const out = unknownColumn(values.length);
  for (let i = period - 1; i < values.length; i += 1) {
    const from = i - period + 1;
    out[i] = deviationOf(values, from, period, meanOf(values, from, period));
  }
  return out;
}

/**
 * Distance of a value from the mean of the last `period` values, itself included, in standard deviations; 0
 * where they do not vary. Half of it is the position in a Bollinger band of width 2.
 */
export function rollingZScore(values: Float64Array, period: number): Float64Array {
  const out = unknownColumn(values.length);
  for (let i = period - 1; i < values.length; i += 1) {
    const from = i - period + 1;
    const mean = meanOf(values, from, period);
    const deviation = deviationOf(values, from, period, mean);
    // The deviation of a constant window is a rounding error, not exactly zero.
    out[i] = deviation <= 1e-9 * Math.abs(mean) ? 0 : ((values[i] ?? NaN) - mean) / deviation;
  }
  return out;
}

/**
 * Where the close lies between the lowest low (0) and the highest high (1) of the last `period` bars, its
 * own included: the stochastic oscillator's fast %K, as a fraction. 0.5 where high and low are equal.
 */
export function rangePosition(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
): Float64Array {
  const out = unknownColumn(close.length);
  const highest = rollingHighest(high, period);
  const lowest = rollingLowest(low, period);
  for (let i = period - 1; i < close.length; i += 1) {
    const [top, bottom] = [highest[i] ?? NaN, lowest[i] ?? NaN];
    out[i] = top === bottom ? 0.5 : ((close[i] ?? NaN) - bottom) / (top - bottom);
  }
  return out;
}

/** Highest of the last `period` values; NaN in the first `period − 1` bars. */
export function rollingHighest(values: Float64Array, period: number): Float64Array {
  return rollingExtreme(values, period, (later, earlier) => later >= earlier);
}

/** Lowest of the last `period` values; NaN in the first `period − 1` bars. */
export function rollingLowest(values: Float64Array, period: number): Float64Array {
  return rollingExtreme(values, period, (later, earlier) => later <= earlier);
}

/**
 * The highest or lowest of the last `period` values in one pass, with a monotonic queue: it holds the values
 * that no later one supersedes, the extreme first. Unlike a sum, an extreme does not depend on the order.
 *
 * @param supersedes Whether an earlier value no longer matters once a later one is there.
 */
function rollingExtreme(
  values: Float64Array,
  period: number,
  supersedes: (later: number, earlier: number) => boolean,
): Float64Array {
  const out = unknownColumn(values.length);
  const queue = new Int32Array(values.length);
  let [head, tail] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN;
    while (tail > head && supersedes(value, values[queue[tail - 1] ?? 0] ?? NaN)) tail -= 1;
    queue[tail] = i;
    tail += 1;
    if ((queue[head] ?? 0) <= i - period) head += 1;
    if (i >= period - 1) out[i] = values[queue[head] ?? 0] ?? NaN;
  }
  return out;
}
