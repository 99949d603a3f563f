import type { Sleeve } from '../strategy/sleeves.js';

/**
 * Return of all symbols of a date, weighted by their traded value, over the bars of the holding. NaN where no symbol's
 * traded value is known.
 *
 * @param tradedValue By row of the sample.
 */
export function tradedValueReturn({ section, held }: Sleeve, tradedValue: Float64Array): number {
  let sum = 0;
  let weights = 0;
  for (const row of section.row) {
    const weight = tradedValue[row] ?? NaN;
    if (Number.isNaN(weight)) continue;
    sum += weight * (held.returns[row] ?? NaN);
    weights += weight;
  }
  return weights === 0 ? NaN : sum / weights;
}
