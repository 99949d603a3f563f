import { OUTCOME_HORIZONS } from '../labels/outcomes.js';
import { FACTORS, RANK_NAMES } from '../ranking/rank-features.js';

/*
 * The columns that a stored table has for each symbol: those of `SymbolTable`, except for the ones that follow from
 * them and the market. A column of `width` has that many values for each row, row after row.
 */

const FLOAT64 = ['forwardReturn', 'forwardScale', 'entryPrice'] as const;
const FLOAT32 = ['features', 'ranks', 'factors', 'volatility', 'beta', 'tradedValue', 'weight'] as const;
const INT32 = ['time', 'touchedAt', 'resolvedAt', 'entryTime'] as const;
const UINT8 = ['label', 'complete', 'member'] as const;

/** Number of horizons H: each has a column `returns.H`, `heldUntil.H` and `targets.H`. */
export const HORIZONS = OUTCOME_HORIZONS.length;

export type Float64Column = (typeof FLOAT64)[number] | `returns.${number}`;
export type Float32Column = (typeof FLOAT32)[number] | `targets.${number}`;
export type Int32Column = (typeof INT32)[number] | `heldUntil.${number}`;
export type Uint8Column = (typeof UINT8)[number];
export type TableColumn = Float64Column | Float32Column | Int32Column | Uint8Column;

/** Where a column is in the bytes of a symbol: its start is `offset` bytes for each row of the symbol. */
export interface ColumnPlace {
  readonly offset: number;
  /** Bytes of a row. */
  readonly bytes: number;
}

/** The columns of every symbol, one after another, those with the largest values first, so that all are aligned. */
export interface TableColumns {
  readonly places: ReadonlyMap<TableColumn, ColumnPlace>;
  /** Bytes of a row in all columns. */
  readonly bytes: number;
}

/** @param features Number of features. */
export function tableColumns(features: number): TableColumns {
  const horizons = Array.from({ length: HORIZONS }, (_, horizon) => horizon);
  const widths: Partial<Record<TableColumn, number>> = {
    features,
    ranks: RANK_NAMES.length,
    factors: FACTORS.length,
  };
  const places = new Map<TableColumn, ColumnPlace>();
  let offset = 0;
  const put = (columns: readonly TableColumn[], size: number): void => {
    for (const column of columns) {
      const bytes = size * (widths[column] ?? 1);
      places.set(column, { offset, bytes });
      offset += bytes;
    }
  };
  put([...FLOAT64, ...horizons.map((horizon) => `returns.${horizon}` as const)], 8);
  put([...FLOAT32, ...horizons.map((horizon) => `targets.${horizon}` as const)], 4);
  put([...INT32, ...horizons.map((horizon) => `heldUntil.${horizon}` as const)], 4);
  put(UINT8, 1);
  return { places, bytes: offset };
}
