import { rankInto } from './centred-ranks.js';

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
  /** Number of symbols: the columns may be longer. */
  readonly count: number;
}

/** A column this much shorter after the others were taken out of it is a combination of them. */
const DEPENDENT = 1e-9;

/**
 * Regressions of cross-sections on the centred ranks of exposures and a dummy for each sector. The dummies are taken
 * out first, as means by sector; the exposures follow by modified Gram–Schmidt, done twice for accuracy (a QR
 * decomposition); a combination of earlier columns is dropped. Sums run in the symbols' order. Its buffers are used
 * again for every cross-section.
 */
export class Regression {
  /** Number of the group of each symbol: its sector, or "other". */
  private readonly group: Int32Array;
  private readonly sorted: Float64Array;
  private readonly buffers: Float64Array[] = [];
  /** An orthonormal basis of what the exposures add to the sectors. */
  private readonly directions: Float64Array[] = [];
  private sizes = new Float64Array(0);
  private means = new Float64Array(0);
  private count = 0;

  /** @param capacity Most symbols of a cross-section. */
  constructor(private readonly capacity: number) {
    this.group = new Int32Array(capacity);
    this.sorted = new Float64Array(capacity);
  }

  /** Sets the cross-section. */
  fit({ exposures, sector, count }: RegressorColumns): void {
    this.count = count;
    this.groupSectors(sector);
    this.directions.length = 0;
    exposures.forEach((exposure, place) => {
      const column = (this.buffers[place] ??= new Float64Array(this.capacity));
      rankInto(exposure, count, column, this.sorted);
      const before = lengthOf(column, count);
      this.takeOut(column);
      const length = lengthOf(column, count);
      if (!(length > DEPENDENT * before)) return;
      for (let at = 0; at < count; at += 1) column[at] = (column[at] ?? NaN) / length;
      this.directions.push(column);
    });
  }

  /** Groups and directions that values are regressed on; they hold until the next cross-section is set. */
  basis(): {
    readonly group: Int32Array;
    readonly directions: readonly Float64Array[];
  } {
    return { group: this.group.subarray(0, this.count), directions: this.directions };
  }

  /** Replaces the centred ranks of values, all known, by their residuals. @param ranks Filled. */
  residualRanks(values: Float64Array, ranks: Float64Array): void {
    rankInto(values, this.count, ranks, this.sorted);
    this.takeOut(ranks);
  }

  /** Replaces values by their residuals. Twice: the second pass removes what rounding left in the first. */
  takeOut(values: Float64Array): void {
    const { group, sizes, means, count } = this;
    for (let pass = 0; pass < 2; pass += 1) {
      means.fill(0);
      for (let at = 0; at < count; at += 1) {
        const own = group[at] ?? 0;
        means[own] = (means[own] ?? 0) + (values[at] ?? NaN);
      }
      for (let own = 0; own < means.length; own += 1) means[own] = (means[own] ?? 0) / (sizes[own] ?? 1);
      for (let at = 0; at < count; at += 1) values[at] = (values[at] ?? NaN) - (means[group[at] ?? 0] ?? NaN);
      for (const direction of this.directions) {
        let along = 0;
        for (let at = 0; at < count; at += 1) along += (values[at] ?? NaN) * (direction[at] ?? NaN);
        for (let at = 0; at < count; at += 1)
          values[at] = (values[at] ?? NaN) - along * (direction[at] ?? NaN);
      }
    }
  }

  /** Sectors with enough symbols keep their number; all others have that of {@link NO_SECTOR}. */
  private groupSectors(sector: Int32Array): void {
    let groups = 1;
    for (let at = 0; at < this.count; at += 1) groups = Math.max(groups, (sector[at] ?? 0) + 1);
    if (groups > this.sizes.length) {
      this.sizes = new Float64Array(groups);
      this.means = new Float64Array(groups);
    }
    const { sizes } = this;
    sizes.fill(0);
    for (let at = 0; at < this.count; at += 1) {
      const number = sector[at] ?? 0;
      sizes[number] = (sizes[number] ?? 0) + 1;
    }
    for (let at = 0; at < this.count; at += 1) {
      const number = sector[at] ?? 0;
      this.group[at] = (sizes[number] ?? 0) < MIN_SECTOR_SYMBOLS ? NO_SECTOR : number;
    }
    sizes.fill(0);
    for (let at = 0; at < this.count; at += 1) {
      const number = this.group[at] ?? 0;
      sizes[number] = (sizes[number] ?? 0) + 1;
    }
    for (let number = 0; number < sizes.length; number += 1) if (sizes[number] === 0) sizes[number] = 1;
  }
}

function lengthOf(values: Float64Array, count: number): number {
  let squares = 0;
  for (let at = 0; at < count; at += 1) squares += (values[at] ?? 0) * (values[at] ?? 0);
  return Math.sqrt(squares);
}
