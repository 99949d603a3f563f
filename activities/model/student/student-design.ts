import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import { eachSymbol, gatherRows } from '../rows/by-symbol.js';
import type { Design } from '../rows/design.js';
import { BLOCK_ROWS } from '../rows/design.js';
import type { Scaler } from '../rows/scaler.js';
import { fitScaler, standardiseRows, wholeMatrix } from '../rows/scaler.js';
import { downloadTidy, tf } from '../tensorflow.js';
import type { StudentUnits } from './student-units.js';

/** Some rows of a table. */
export interface TableRows {
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
}

/** What features are standardised with. */
export interface StudentScalers {
  readonly features: Scaler;
  readonly relative: Scaler;
}

/** The columns that each head of a student is a weighted sum of. */
export interface StudentDesigns {
  /** Features, relative features, tanh units, 1. */
  readonly probability: Design;
  /** Ranks, hinges, products, tanh units, 1. */
  readonly score: Design;
}

/** Means and deviations of some rows. */
export function studentScalers(table: FeatureTable, rows: TableRows): StudentScalers {
  const scaler = (width: number, valuesOf: (own: SymbolTable) => Float32Array): Scaler => {
    const values = new Float32Array(rows.row.length * width);
    gatherRows(rows, table.symbols, valuesOf, values, width);
    return fitScaler(width, [wholeMatrix(values, rows.row.length)]);
  };
  return {
    features: scaler(table.names.length, ({ features }) => features),
    relative: scaler(table.relativeColumns.length, ({ relative }) => relative),
  };
}

export function studentDesigns(
  table: FeatureTable,
  rows: TableRows,
  scalers: StudentScalers,
  units: StudentUnits,
): StudentDesigns {
  return {
    probability: probabilityDesign(table, rows, scalers, units),
    score: scoreDesign(table, rows, units),
  };
}

function probabilityDesign(
  table: FeatureTable,
  rows: TableRows,
  scalers: StudentScalers,
  { widths, features: units }: StudentUnits,
): Design {
  const linear = widths.features + widths.relative;
  const design = emptyDesign(rows.row.length, linear, units, linear);
  const { values, width } = design;
  eachSymbol<SymbolTable>(rows, table.symbols, ({ own: { features, relative }, rows: own, places }) => {
    standardiseRows(scalers.features, { matrix: features, rows: own }, values, 0, width, places);
    const relativeRows = { matrix: relative, rows: own };
    standardiseRows(scalers.relative, relativeRows, values, widths.features, width, places);
  });
  addTanh(design, linear, units, linear);
  return design;
}

function scoreDesign(table: FeatureTable, { symbol, row }: TableRows, units: StudentUnits): Design {
  const { widths, hinges, products, ranks: tanh } = units;
  const base = widths.ranks + hinges.length + products.length;
  const design = emptyDesign(row.length, base, tanh, widths.ranks);
  eachSymbol<SymbolTable>({ symbol, row }, table.symbols, ({ own: { ranks, state }, rows, places }) => {
    const inputs = { ranks, state };
    for (let at = 0; at < rows.length; at += 1)
      fillScoreRow(units, inputs, rows[at] ?? -1, design.values, (places[at] ?? -1) * design.width);
  });
  addTanh(design, base, tanh, widths.ranks);
  return design;
}

/** Writes the ranks of a row, hinges and products. */
function fillScoreRow(
  { widths: { ranks: width, state: stateWidth }, hinges, products }: StudentUnits,
  { ranks, state }: Pick<SymbolTable, 'ranks' | 'state'>,
  row: number,
  target: Float32Array,
  to: number,
): void {
  const [first, firstState] = [row * width, row * stateWidth];
  for (let rank = 0; rank < width; rank += 1) target[to + rank] = ranks[first + rank] ?? NaN;
  for (let hinge = 0; hinge < hinges.length; hinge += 1) {
    const { rank, sign, threshold } = hinges[hinge] ?? NO_HINGE;
    const value = sign * (ranks[first + rank] ?? NaN) - threshold;
    target[to + width + hinge] = value < 0 ? 0 : value;
  }
  for (let product = 0; product < products.length; product += 1) {
    const { rank, by } = products[product] ?? NO_PRODUCT;
    const other = by < width ? ranks[first + by] : state[firstState + by - width];
    target[to + width + hinges.length + product] = (ranks[first + rank] ?? NaN) * (other ?? NaN);
  }
}

const NO_HINGE = { rank: -1, sign: 1, threshold: NaN };
const NO_PRODUCT = { rank: -1, by: -1 };

/**
 * A design of some columns, the tanh units, and a 1 in each row; all else is still 0.
 *
 * @param units As of {@link addTanh}.
 */
function emptyDesign(count: number, columns: number, units: Float32Array, inputs: number): Design {
  const width = columns + units.length / (inputs + 1) + 1;
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) values[(row + 1) * width - 1] = 1;
  return { values, count, width };
}

/**
 * Fills in the tanh units of a design, after its other columns.
 *
 * @param columns Number of the other columns.
 * @param units Row-major [(inputs + 1) × units], biases last.
 * @param inputs Number of columns, from the first, that the units are computed from.
 */
function addTanh(
  { values, count, width }: Design,
  columns: number,
  units: Float32Array,
  inputs: number,
): void {
  const number = units.length / (inputs + 1);
  const kernel = new Float32Array((columns + 1) * number);
  kernel.set(units.subarray(0, inputs * number));
  kernel.set(units.subarray(inputs * number), columns * number);
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, count - from);
    const block = new Float32Array(rows * (columns + 1)).fill(1);
    for (let row = 0; row < rows; row += 1) {
      const start = (from + row) * width;
      block.set(values.subarray(start, start + columns), row * (columns + 1));
    }
    const tanh = downloadTidy(() =>
      tf.tanh(tf.matMul(tf.tensor2d(block, [rows, columns + 1]), tf.tensor2d(kernel, [columns + 1, number]))),
    );
    for (let row = 0; row < rows; row += 1)
      values.set(tanh.subarray(row * number, (row + 1) * number), (from + row) * width + columns);
  }
}
