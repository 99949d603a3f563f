import { unknownColumn } from '../columns/rolling.js';

/*
 * Recursive indicators with a finite memory. At every bar they restart a fixed number of bars back, so their
 * values depend on these bars alone, bit for bit, however long the history is. An indicator that is linear
 * in its inputs becomes a weighted sum of the last bars with constant weights (a finite impulse response).
 */

/**
 * Weights of a linear indicator at its last input value, one per input value, found by feeding it one
 * impulse per position. Leading zero weights are dropped.
 *
 * @param length Number of input values.
 * @param indicator The plain indicator of a whole column.
 */
export function impulseResponse(
  length: number,
  indicator: (values: Float64Array) => Float64Array,
): Float64Array {
  const weights = new Float64Array(length).map((_, place) => {
    const impulse = new Float64Array(length);
    impulse[place] = 1;
    return indicator(impulse)[length - 1] ?? NaN;
  });
  return weights.slice(weights.findIndex((weight) => weight !== 0));
}

/** Bars that are summed side by side, so that each weight is read once for all of them. */
const LANES = 4;

/**
 * Weighted sum of the last values at every bar; the last weight belongs to the bar itself. Every sum runs in
 * the same order.
 *
 * @param length Bars of a full lookback; the result is NaN before bar `length − 1`.
 */
export function weightedSums(values: Float64Array, weights: Float64Array, length: number): Float64Array {
  const out = unknownColumn(values.length);
  const reach = weights.length - 1;
  let bar = length - 1;
  for (; bar + LANES <= values.length; bar += LANES) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let place = 0, at = bar - reach; place <= reach; place += 1, at += 1) {
      const weight = weights[place] ?? NaN;
      first += weight * (values[at] ?? NaN);
      second += weight * (values[at + 1] ?? NaN);
      third += weight * (values[at + 2] ?? NaN);
      fourth += weight * (values[at + 3] ?? NaN);
    }
    out[bar] = first;
    out[bar + 1] = second;
    out[bar + 2] = third;
    out[bar + 3] = fourth;
  }
  for (; bar < values.length; bar += 1) {
    let sum = 0;
    for (let place = 0, at = bar - reach; place <= reach; place += 1, at += 1)
      sum += (weights[place] ?? NaN) * (values[at] ?? NaN);
    out[bar] = sum;
  }
  return out;
}
