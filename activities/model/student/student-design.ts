import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import type { Design } from '../rows/design.js';
import { eachBlock } from '../rows/design.js';
import type { Scaler } from '../rows/scaler.js';
import { fitScaler, standardiseRows } from '../rows/scaler.js';
import { tf } from '../tensorflow.js';
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
  const parts = (values: (own: SymbolTable) => Float32Array) =>
    runsOf(rows).map(({ place, from, until }) => ({
      matrix: ownOf(table, place, values),
      rows: rows.row.subarray(from, until),
    }));
  return {
    features: fitScaler(
      table.names.length,
      parts(({ features }) => features),
    ),
    relative: fitScaler(
      table.relativeColumns.length,
      parts(({ relative }) => relative),
    ),
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
  { widths, features }: StudentUnits,
): Design {
  const linear = widths.features + widths.relative;
  const base = new Float32Array(rows.row.length * (linear + 1)).fill(1);
  for (const { place, from, until } of runsOf(rows)) {
    const own = rows.row.subarray(from, until);
    const start = from * (linear + 1);
    const put = (scaler: Scaler, matrix: Float32Array, offset: number): void =>
      standardiseRows(scaler, { matrix, rows: own }, base, start + offset, linear + 1);
    put(
      scalers.features,
      ownOf(table, place, (symbol) => symbol.features),
      0,
    );
    put(
      scalers.relative,
      ownOf(table, place, (symbol) => symbol.relative),
      widths.features,
    );
  }
  return withTanh({ values: base, count: rows.row.length, width: linear + 1 }, features, linear);
}

function scoreDesign(table: FeatureTable, { symbol, row }: TableRows, units: StudentUnits): Design {
  const { widths, hinges, products, ranks: tanh } = units;
  const { ranks: width, state: stateWidth } = widths;
  const stride = width + hinges.length + products.length + 1;
  const base = new Float32Array(row.length * stride).fill(1);
  for (let at = 0; at < row.length; at += 1) {
    const own = table.symbols[symbol[at] ?? -1];
    if (own === undefined) throw new RangeError(`the table has no symbol ${symbol[at]}`);
    const [first, firstState, to] = [(row[at] ?? -1) * width, (row[at] ?? -1) * stateWidth, at * stride];
    for (let rank = 0; rank < width; rank += 1) base[to + rank] = own.ranks[first + rank] ?? NaN;
    for (let hinge = 0; hinge < hinges.length; hinge += 1) {
      const { rank, sign, threshold } = hinges[hinge] ?? NO_HINGE;
      const value = sign * (own.ranks[first + rank] ?? NaN) - threshold;
      base[to + width + hinge] = value < 0 ? 0 : value;
    }
    for (let product = 0; product < products.length; product += 1) {
      const { rank, by } = products[product] ?? NO_PRODUCT;
      const other = by < width ? own.ranks[first + by] : own.state[firstState + by - width];
      base[to + width + hinges.length + product] = (own.ranks[first + rank] ?? NaN) * (other ?? NaN);
    }
  }
  return withTanh({ values: base, count: row.length, width: stride }, tanh, width);
}

const NO_HINGE = { rank: -1, sign: 1, threshold: NaN };
const NO_PRODUCT = { rank: -1, by: -1 };

/**
 * The columns of a design but the 1, tanh units on the first ones, and the 1.
 *
 * @param units Row-major [(inputs + 1) × units], biases last.
 * @param inputs Number of columns, from the first, that the units are computed from.
 */
function withTanh({ values, count, width }: Design, units: Float32Array, inputs: number): Design {
  const number = units.length / (inputs + 1);
  const kernel = new Float32Array(width * number);
  kernel.set(units.subarray(0, inputs * number));
  kernel.set(units.subarray(inputs * number), (width - 1) * number);
  const wider = width + number;
  const joined = new Float32Array(count * wider);
  eachBlock({ values, count, width }, (block, from, until) => {
    const tanh = tf.tanh(tf.matMul(block, tf.tensor2d(kernel, [width, number]))).dataSync();
    for (let row = 0; row < until - from; row += 1) {
      const to = (from + row) * wider;
      joined.set(values.subarray((from + row) * width, (from + row + 1) * width - 1), to);
      joined.set(tanh.subarray(row * number, (row + 1) * number), to + width - 1);
      joined[to + wider - 1] = 1;
    }
  });
  return { values: joined, count, width: wider };
}

/** Runs of neighbouring rows of one symbol. */
function runsOf({
  symbol,
}: TableRows): { readonly place: number; readonly from: number; readonly until: number }[] {
  const runs: { place: number; from: number; until: number }[] = [];
  let from = 0;
  for (let at = 1; at <= symbol.length; at += 1) {
    if (at < symbol.length && symbol[at] === symbol[from]) continue;
    if (at > from) runs.push({ place: symbol[from] ?? -1, from, until: at });
    from = at;
  }
  return runs;
}

function ownOf(
  { symbols }: FeatureTable,
  place: number,
  values: (own: SymbolTable) => Float32Array,
): Float32Array {
  const own = symbols[place];
  if (own === undefined) throw new RangeError(`the table has no symbol ${place}`);
  return values(own);
}
