import { MIN_SECTOR_SYMBOLS, NO_SECTOR } from '../../stats/regression.js';
import type { Section } from './section.js';

/**
 * Means of a column of a section over the members with a value. Fills `out` with the mean over each symbol's sector:
 * sectors of fewer than {@link MIN_SECTOR_SYMBOLS} of them, and symbols without a sector, are one, "other"; where that
 * is as small, the mean is the market's. Sums run in the symbols' order.
 *
 * @returns The mean over the market; NaN where no member has a value.
 */
export type GroupMeans = (column: number, out: Float64Array) => number;

/** @param sectorCount The sectors' numbers are less than it. */
export function createGroupMeans(section: Section, sectorCount: number): GroupMeans {
  const { values, member, sector, size } = section;
  const sums = new Float64Array(sectorCount);
  const counts = new Int32Array(sectorCount);
  const isSmall = (group: number): boolean =>
    group === NO_SECTOR || (counts[group] ?? 0) < MIN_SECTOR_SYMBOLS;
  return (column, out) => {
    sums.fill(0);
    counts.fill(0);
    let [sum, count] = [0, 0];
    for (let at = 0, cell = column * size; at < size; at += 1, cell += 1) {
      const value = values[cell] ?? NaN;
      if (member[at] !== 1 || value !== value) continue;
      const group = sector[at] ?? NO_SECTOR;
      sums[group] = (sums[group] ?? 0) + value;
      counts[group] = (counts[group] ?? 0) + 1;
      sum += value;
      count += 1;
    }
    let [otherSum, others] = [0, 0];
    for (let group = 0; group < sectorCount; group += 1)
      if (isSmall(group)) {
        otherSum += sums[group] ?? 0;
        others += counts[group] ?? 0;
      }
    const market = sum / count;
    const other = others < MIN_SECTOR_SYMBOLS ? market : otherSum / others;
    for (let at = 0; at < size; at += 1) {
      const group = sector[at] ?? NO_SECTOR;
      out[at] = isSmall(group) ? other : (sums[group] ?? 0) / (counts[group] ?? 1);
    }
    return market;
  };
}
