import { centredRanks } from './centred-ranks.js';

export { centredRanks };

/** On a day with fewer symbols the neutral target is the centred rank itself. */
export const MIN_NEUTRAL_SYMBOLS = 25;
/** On a day with fewer symbols nothing is ranked. */
export const MIN_RANKED_SYMBOLS = 5;
/** Sectors of fewer symbols are one sector, "other". */
export const MIN_SECTOR_SYMBOLS = 3;

/** What a cross-section of symbols is made neutral to; a column per exposure, NaN where unknown. */
export interface SectionExposures {
  readonly volatility: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
  readonly tradedValue: ArrayLike<number>;
  /** Null where unknown: such symbols are in "other". */
  readonly sector: readonly (string | null)[];
}

/** A column this much shorter after the others were taken out of it is a combination of them. */
const DEPENDENT = 1e-9;

/**
 * The regression that takes the exposures out of one cross-section: on the centred ranks of volatility, beta and
 * traded value (0 where unknown) and a dummy for each sector. The dummies are taken out first, as means by sector;
 * the exposures follow by modified Gram–Schmidt, done twice for accuracy (a QR decomposition); a combination of
 * earlier columns is dropped. Sums run in the symbols' order.
 *
 * @returns A function that gives the residuals of values (callers pass centred ranks), one per symbol, NaN where the
 * value is NaN. Residuals are those of a cross-section that has only the symbols with a value.
 */
export function neutraliser(exposures: SectionExposures): (values: ArrayLike<number>) => Float64Array {
  let whole: Regressors | undefined;
  return (values) => {
    const symbols = Int32Array.from(exposures.sector.keys()).filter((at) => !Number.isNaN(values[at]));
    const known = Float64Array.from(symbols, (at) => values[at] ?? NaN);
    const regressors =
      symbols.length < exposures.sector.length
        ? regressorsOf(exposures, symbols)
        : (whole ??= regressorsOf(exposures, symbols));
    takeOut(regressors, known);
    const residual = new Float64Array(exposures.sector.length).fill(NaN);
    symbols.forEach((at, place) => (residual[at] = known[place] ?? NaN));
    return residual;
  };
}

/**
 * Residuals of the centred ranks of values; NaN where the value is NaN.
 *
 * @param residual From {@link neutraliser}, of the same symbols.
 */
export function neutralRanks(
  values: ArrayLike<number>,
  residual: (values: ArrayLike<number>) => Float64Array,
): Float64Array {
  return residual(centredRanks(values).map((rank, at) => (Number.isNaN(values[at]) ? NaN : rank)));
}

/** An orthonormal basis: means by sector, and what the exposures add to them. */
interface Regressors {
  /** Number of the sector of each symbol. */
  readonly sector: Int32Array;
  /** Symbols of each sector. */
  readonly sizes: Float64Array;
  readonly directions: Float64Array[];
}

function regressorsOf(exposures: SectionExposures, symbols: Int32Array): Regressors {
  const sector = sectorsOf(Array.from(symbols, (at) => exposures.sector[at] ?? null));
  const sizes = new Float64Array(sector.reduce((most, number) => Math.max(most, number), -1) + 1);
  for (const number of sector) sizes[number] = (sizes[number] ?? 0) + 1;
  const regressors: Regressors = { sector, sizes, directions: [] };
  for (const exposure of [exposures.volatility, exposures.beta, exposures.tradedValue]) {
    const column = centredRanks(Float64Array.from(symbols, (at) => exposure[at] ?? NaN));
    const before = lengthOf(column);
    takeOut(regressors, column);
    const length = lengthOf(column);
    if (!(length > DEPENDENT * before)) continue;
    regressors.directions.push(column.map((value) => value / length));
  }
  return regressors;
}

/** A number for each sector in order of appearance; sectors of fewer than {@link MIN_SECTOR_SYMBOLS} share one. */
export function sectorsOf(sectors: readonly (string | null)[]): Int32Array {
  const counts = new Map<string, number>();
  for (const sector of sectors) if (sector !== null) counts.set(sector, (counts.get(sector) ?? 0) + 1);
  const numbers = new Map<string | null, number>();
  return Int32Array.from(sectors, (sector) => {
    const key = sector !== null && (counts.get(sector) ?? 0) >= MIN_SECTOR_SYMBOLS ? sector : null;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** Replaces values by their residuals. Twice: the second pass removes what rounding left in the first. */
function takeOut({ sector, sizes, directions }: Regressors, values: Float64Array): void {
  for (let pass = 0; pass < 2; pass += 1) {
    const means = new Float64Array(sizes.length);
    values.forEach((value, at) => (means[sector[at] ?? 0] = (means[sector[at] ?? 0] ?? 0) + value));
    values.forEach((value, at) => {
      const number = sector[at] ?? 0;
      values[at] = value - (means[number] ?? 0) / (sizes[number] ?? 1);
    });
    for (const direction of directions) {
      let along = 0;
      values.forEach((value, at) => (along += value * (direction[at] ?? 0)));
      values.forEach((value, at) => (values[at] = value - along * (direction[at] ?? 0)));
    }
  }
}

function lengthOf(values: Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
