import { centredRanks } from './centred-ranks.js';

/** Sectors of fewer symbols are one sector, "other". */
export const MIN_SECTOR_SYMBOLS = 3;
/** Number of the sector of symbols without one: part of "other". */
export const NO_SECTOR = 0;

/** What a cross-section of symbols is regressed on. */
export interface RegressorColumns {
  /** Figures that enter by their centred ranks; NaN where unknown. */
  readonly exposures: readonly Float64Array[];
  /** Number of the sector of each symbol; {@link NO_SECTOR} where unknown. */
  readonly sector: Int32Array;
}

/** An orthonormal basis: means by sector, and what the exposures add to them. */
export interface Regressors {
  /** Number of the group of each symbol: its sector, or "other". */
  readonly group: Int32Array;
  /** Symbols of each group. */
  readonly sizes: Float64Array;
  readonly directions: readonly Float64Array[];
}

/** A column this much shorter after the others were taken out of it is a combination of them. */
const DEPENDENT = 1e-9;

/**
 * The basis of a regression on the centred ranks of the exposures and a dummy for each sector. The dummies are taken
 * out first, as means by sector; the exposures follow by modified Gram–Schmidt, done twice for accuracy (a QR
 * decomposition); a combination of earlier columns is dropped. Sums run in the symbols' order.
 */
export function regressorsOf({ exposures, sector }: RegressorColumns): Regressors {
  const directions: Float64Array[] = [];
  const regressors = { ...groupsOf(sector), directions };
  for (const exposure of exposures) {
    const column = centredRanks(exposure);
    const before = lengthOf(column);
    takeOut(regressors, column);
    const length = lengthOf(column);
    if (!(length > DEPENDENT * before)) continue;
    for (let at = 0; at < column.length; at += 1) column[at] = (column[at] ?? NaN) / length;
    directions.push(column);
  }
  return regressors;
}

/** Replaces values by their residuals. Twice: the second pass removes what rounding left in the first. */
export function takeOut({ group, sizes, directions }: Regressors, values: Float64Array): void {
  const means = new Float64Array(sizes.length);
  for (let pass = 0; pass < 2; pass += 1) {
    means.fill(0);
    for (let at = 0; at < values.length; at += 1) {
      const own = group[at] ?? 0;
      means[own] = (means[own] ?? 0) + (values[at] ?? NaN);
    }
    for (let own = 0; own < means.length; own += 1) means[own] = (means[own] ?? 0) / (sizes[own] ?? 1);
    for (let at = 0; at < values.length; at += 1)
      values[at] = (values[at] ?? NaN) - (means[group[at] ?? 0] ?? NaN);
    for (const direction of directions) {
      let along = 0;
      for (let at = 0; at < values.length; at += 1) along += (values[at] ?? NaN) * (direction[at] ?? NaN);
      for (let at = 0; at < values.length; at += 1)
        values[at] = (values[at] ?? NaN) - along * (direction[at] ?? NaN);
    }
  }
}

/** Sectors with enough symbols keep their number; all others have the number of {@link NO_SECTOR}. */
function groupsOf(sector: Int32Array): Pick<Regressors, 'group' | 'sizes'> {
  let groups = 1;
  for (const number of sector) groups = Math.max(groups, number + 1);
  const counts = new Int32Array(groups);
  for (const number of sector) counts[number] = (counts[number] ?? 0) + 1;
  const group = sector.map((number) => ((counts[number] ?? 0) < MIN_SECTOR_SYMBOLS ? NO_SECTOR : number));
  const sizes = new Float64Array(groups);
  for (const number of group) sizes[number] = (sizes[number] ?? 0) + 1;
  return { group, sizes };
}

function lengthOf(values: Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
