/** A value by session; null where there is none. */
export type Series = readonly (number | null)[];

/** Sessions of the rolling figures: half a year and a quarter. */
export const ROLLING = { sharpe: 126, beta: 126, ic: 63 } as const;

/**
 * Mean over the last `window` values up to each session, those of its own included; null until there are so many. A
 * session without a value has none, and does not count.
 */
export function rollingMean(series: Series, window: number): (number | null)[] {
  return rolling(series, window, (values) => sumOf(values) / values.length);
}

/**
 * Sharpe ratio per year of the last `window` holdings: mean return per bar over its standard deviation (ddof 1) per
 * root of a bar, times √(bars per year), as in metrics.json; no risk-free rate.
 *
 * @param bars Bars that each holding is held.
 */
export function rollingSharpe(
  returns: Series,
  bars: Series,
  periodsPerYear: number,
  window: number,
): (number | null)[] {
  const holdings = returns.map((value, at) => {
    const held = bars[at] ?? null;
    return value === null || held === null ? null : { value, held };
  });
  return rolling(holdings, window, (own) => {
    const mean = sumOf(own.map(({ value, held }) => value / held)) / own.length;
    const scaled = own.map(({ value, held }) => value / Math.sqrt(held));
    const deviation = Math.sqrt(variationOf(scaled) / (own.length - 1));
    return deviation === 0 ? null : (mean / deviation) * Math.sqrt(periodsPerYear);
  });
}

/** Slope of the last `window` returns on those of a benchmark over the same bars, by least squares. */
export function rollingBeta(returns: Series, benchmark: Series, window: number): (number | null)[] {
  const pairs = returns.map((value, at) => {
    const other = benchmark[at] ?? null;
    return value === null || other === null ? null : ([value, other] as const);
  });
  return rolling(pairs, window, (own) => {
    const [mean, centre] = [
      sumOf(own.map(([value]) => value)) / own.length,
      sumOf(own.map(([, other]) => other)) / own.length,
    ];
    const variation = variationOf(own.map(([, other]) => other));
    return variation === 0
      ? null
      : sumOf(own.map(([value, other]) => (value - mean) * (other - centre))) / variation;
  });
}

/** Sum of the values up to each session; null where there is no value. */
export function cumulative(series: Series): (number | null)[] {
  let sum = 0;
  return series.map((value) => {
    if (value === null) return null;
    sum += value;
    return sum;
  });
}

function rolling<Value>(
  series: readonly (Value | null)[],
  window: number,
  of: (values: readonly Value[]) => number | null,
): (number | null)[] {
  const last: Value[] = [];
  return series.map((value) => {
    if (value === null) return null;
    last.push(value);
    if (last.length > window) last.shift();
    return last.length === window ? of(last) : null;
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Sum of the squared distances from the mean. */
function variationOf(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return sumOf(values.map((value) => (value - mean) * (value - mean)));
}
