import { centredRanks } from '../../stats/centred-ranks.js';
import type { Sleeve } from '../strategy/sleeves.js';

/**
 * How the held symbols stand among all symbols of their date in one exposure: the mean of their centred ranks, of those
 * whose exposure is known; NaN where none is.
 *
 * @param exposure By row of the sample.
 */
export function heldExposure({ section, long }: Sleeve, exposure: Float64Array): number {
  const values = new Float64Array(section.row.length);
  for (let place = 0; place < values.length; place += 1)
    values[place] = exposure[section.row[place] ?? -1] ?? NaN;
  const ranks = centredRanks(values);
  let sum = 0;
  let known = 0;
  for (const place of long) {
    if (Number.isNaN(values[place])) continue;
    sum += ranks[place] ?? 0;
    known += 1;
  }
  return known === 0 ? NaN : sum / known;
}
