import { doublesOf } from '../../data/math/fill-columns.js';
import { MIN_SECTOR_SYMBOLS, NO_SECTOR, Regression } from './regression.js';

export { MIN_SECTOR_SYMBOLS };

/** On a day with fewer symbols the neutral target is the centred rank itself. */
export const MIN_NEUTRAL_SYMBOLS = 25;
/** On a day with fewer symbols nothing is ranked. */
export const MIN_RANKED_SYMBOLS = 5;

/** What a cross-section of symbols is made neutral to; a column per exposure, NaN where unknown. */
export interface SectionExposures {
  readonly volatility: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
  readonly tradedValue: ArrayLike<number>;
  /** Null where unknown: such symbols are in "other". */
  readonly sector: readonly (string | null)[];
}

/** Gives the residuals of values (callers pass centred ranks), one per symbol; NaN where the value is NaN. */
export type Neutraliser = (values: ArrayLike<number>) => Float64Array;

/**
 * The regression that takes the exposures out of one cross-section: on the centred ranks of volatility, beta and
 * traded value (0 where unknown) and a dummy for each sector; see `Regression`.
 *
 * Residuals are those of a cross-section that has only the symbols with a value.
 */
export function neutraliser({ volatility, beta, tradedValue, sector }: SectionExposures): Neutraliser {
  const names = [...new Set(sector)].filter((name) => name !== null).sort();
  const numbers = new Map<string | null, number>(names.map((name, at) => [name, at + 1]));
  const columns = [volatility, beta, tradedValue];
  const regressionOf = (symbols: Int32Array): Regression => {
    const regression = new Regression(symbols.length);
    regression.fit({
      exposures: columns.map((column) => doublesOf(symbols, (at) => column[at] ?? NaN)),
      sector: symbols.map((at) => numbers.get(sector[at] ?? null) ?? NO_SECTOR),
      count: symbols.length,
    });
    return regression;
  };
  let whole: Regression | undefined;
  return (values) => {
    const places = new Int32Array(sector.length);
    const buffer = new Float64Array(sector.length);
    let count = 0;
    for (let at = 0; at < places.length; at += 1) {
      const value = values[at] ?? NaN;
      if (Number.isNaN(value)) continue;
      places[count] = at;
      buffer[count] = value;
      count += 1;
    }
    const [symbols, known] = [places.subarray(0, count), buffer.subarray(0, count)];
    const regression =
      symbols.length < sector.length ? regressionOf(symbols) : (whole ??= regressionOf(symbols));
    regression.takeOut(known);
    const residual = new Float64Array(sector.length).fill(NaN);
    for (let at = 0; at < count; at += 1) residual[symbols[at] ?? 0] = known[at] ?? NaN;
    return residual;
  };
}
