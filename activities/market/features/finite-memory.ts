import { unknownColumn } from './rolling.js';

/*
 * Recursive indicators with a finite memory: at every bar they are started anew a fixed number of bars back,
 * so that what they give depends on these bars alone, bit for bit, however long the history is. One that is
 * linear in its values then is a weighted sum of the last bars, always with the same weights.
 */

/**
 * What a linear indicator, started with the first of some values, says at the last of them: the weight of
 * each, found by giving it one impulse after another. Values that it passes over at the beginning are left out.
 *
 * @param length Values that it sees.
 * @param indicator Of a whole column, in its plain form.
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

/** Bars summed up side by side, so that a weight is read once for all of them. */
const ABREAST = 4;

/**
 * Weighted sum of the last values at every bar, the last weight for the bar itself. Every sum runs in the
 * same order.
 *
 * @param length Bars of the first full stretch; the bars before its end are NaN.
 */
export function weightedSums(values: Float64Array, weights: Float64Array, length: number): Float64Array {
  const out = unknownColumn(values.length);
  const reach = weights.length - 1;
  let bar = length - 1;
  for (; bar + ABREAST <= values.length; bar += ABREAST) {
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
