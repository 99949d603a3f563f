import { doublesOf } from '../../../data/math/fill-columns.js';
import { distinct } from '../../stats/order.js';
import { decayOf } from '../prior/decay.js';
import { SOFT_LABEL_HALF_LIFE } from '../settings.js';

/**
 * What is left of the weight of soft labels, by their age in sessions: the newer a label, the more its maker had learnt
 * of what the student's teachers know. Only ratios matter: every fit has penalties in proportion to its rows.
 *
 * @param days Day number of each row; days with rows count.
 * @returns In (0, 1], 1 for the newest day.
 */
export function fadingByDay(days: Int32Array): Float64Array {
  const newestFirst = distinct(days).reverse();
  const left = new Map(newestFirst.map((day, age) => [day, decayOf(age, SOFT_LABEL_HALF_LIFE)]));
  return doublesOf(days, (day) => left.get(day) ?? NaN);
}
