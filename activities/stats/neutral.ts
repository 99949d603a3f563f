import { centredRanks } from './centred-ranks.js';
import type { RegressorColumns, Regressors } from './regressors.js';
import { MIN_SECTOR_SYMBOLS, NO_SECTOR, regressorsOf, takeOut } from './regressors.js';

export { centredRanks, MIN_SECTOR_SYMBOLS };

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
 * traded value (0 where unknown) and a dummy for each sector; see `regressorsOf`.
 *
 * Residuals are those of a cross-section that has only the symbols with a value.
 */
export function neutraliser({ volatility, beta, tradedValue, sector }: SectionExposures): Neutraliser {
  const names = [...new Set(sector)].filter((name) => name !== null).sort();
  const numbers = new Map<string | null, number>(names.map((name, at) => [name, at + 1]));
  return neutraliserOf({
    exposures: [volatility, beta, tradedValue].map((column) => Float64Array.from(column)),
    sector: Int32Array.from(sector, (name) => numbers.get(name) ?? NO_SECTOR),
  });
}

/** {@link neutraliser} of columns that are numbers already. */
export function neutraliserOf(columns: RegressorColumns): Neutraliser {
  const symbols = columns.sector.length;
  let whole: Regressors | undefined;
  return (values) => {
    const known: number[] = [];
    for (let at = 0; at < symbols; at += 1) if (!Number.isNaN(values[at])) known.push(at);
    const residual = new Float64Array(symbols).fill(NaN);
    if (known.length === symbols) {
      for (let at = 0; at < symbols; at += 1) residual[at] = values[at] ?? NaN;
      takeOut((whole ??= regressorsOf(columns)), residual);
      return residual;
    }
    const some = Float64Array.from(known, (at) => values[at] ?? NaN);
    takeOut(
      regressorsOf({
        exposures: columns.exposures.map((column) => Float64Array.from(known, (at) => column[at] ?? NaN)),
        sector: Int32Array.from(known, (at) => columns.sector[at] ?? NO_SECTOR),
      }),
      some,
    );
    known.forEach((at, place) => (residual[at] = some[place] ?? NaN));
    return residual;
  };
}

/**
 * Residuals of the centred ranks of values; NaN where the value is NaN.
 *
 * @param residual From {@link neutraliser}, of the same symbols.
 */
export function neutralRanks(values: ArrayLike<number>, residual: Neutraliser): Float64Array {
  const ranks = centredRanks(values);
  for (let at = 0; at < ranks.length; at += 1) if (Number.isNaN(values[at])) ranks[at] = NaN;
  return residual(ranks);
}
