import { placesOf } from '../../../data/math/fill-columns.js';
import type { tf } from '../tensorflow.js';
import type { Design } from '../rows/design.js';
import { addGram, addProjection, columnOf, eachBlock } from '../rows/design.js';
import { choleskyFactor, solveFactored } from './cholesky.js';

/** Sums of weighted least-squares problems that share X and W; those of disjoint rows can be added. */
export interface GramSums {
  /** XᵀWX, row-major [width × width]. */
  readonly gram: Float64Array;
  /** XᵀWy of each target y [width]. */
  readonly rights: readonly Float64Array[];
}

/** Makes more columns of a block of a design on the device: [n, width] to [n, wider]. */
export type Expansion = (block: tf.Tensor2D) => tf.Tensor2D;

/** Columns as they are. */
const AS_IS: Expansion = (block) => block;

/** @param targets Number of targets. */
export function emptyGram(width: number, targets = 1): GramSums {
  return {
    gram: new Float64Array(width * width),
    rights: Array.from({ length: targets }, () => new Float64Array(width)),
  };
}

/**
 * Adds rows to sums: float32 products of blocks, added in float64 in the order of the rows.
 *
 * @param weights W's diagonal.
 * @param values W·y of each row, by target.
 */
export function addRows(
  { gram, rights }: GramSums,
  design: Design,
  weights: Float32Array,
  values: readonly Float32Array[],
  expand: Expansion = AS_IS,
): void {
  eachBlock(design, (block, from, until) => {
    const rows = expand(block);
    addGram(gram, rows, columnOf(weights.subarray(from, until)));
    values.forEach((own, target) => {
      const right = rights[target];
      if (right !== undefined) addProjection(right, rows, columnOf(own.subarray(from, until)));
    });
  });
}

/** Adds sums to other sums after these have been multiplied by `decay`, in place. */
export function decayAndAdd(sums: GramSums, decay: number, more: GramSums): void {
  addScaled(sums.gram, decay, more.gram);
  sums.rights.forEach((right, target) => addScaled(right, decay, more.rights[target] ?? right));
}

/** values = decay · values + more. */
export function addScaled(values: Float64Array, decay: number, more: Float64Array): void {
  for (let at = 0; at < values.length; at += 1) values[at] = decay * (values[at] ?? NaN) + (more[at] ?? NaN);
}

/** XᵀWX with penalties, factored: any number of right sides can be solved. */
export interface GramFactor {
  /** Columns that are used. */
  readonly used: Int32Array;
  /** Cholesky factor, row-major [used × used]. */
  readonly factor: Float64Array;
}

/**
 * Factors XᵀWX + penalties in float64.
 *
 * @param gram Row-major [width × width].
 * @param penalties Ridge penalty of each column [width]; Infinity: the column is left out, its weight is 0.
 */
export function factorGram(gram: Float64Array, penalties: readonly number[]): GramFactor {
  const width = penalties.length;
  const used = placesOf(penalties).filter((column) => penalties[column] !== Infinity);
  const size = used.length;
  const matrix = lowerTriangle(gram, width, used);
  used.forEach((column, at) => {
    matrix[at * size + at] = (matrix[at * size + at] ?? NaN) + (penalties[column] ?? NaN);
  });
  return { used, factor: choleskyFactor(matrix, size) };
}

/** The lower triangle of a matrix's rows and columns that are used. */
function lowerTriangle(matrix: Float64Array, width: number, used: Int32Array): Float64Array {
  const size = used.length;
  const own = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    const from = (used[row] ?? 0) * width;
    for (let column = 0; column <= row; column += 1)
      own[row * size + column] = matrix[from + (used[column] ?? 0)] ?? NaN;
  }
  return own;
}

/** Solves for one right side XᵀWy [width]. @returns The weights [width]; 0 where a column is left out. */
export function solveFactor({ used, factor }: GramFactor, right: Float64Array): Float64Array {
  const own = new Float64Array(used.length);
  for (let at = 0; at < used.length; at += 1) own[at] = right[used[at] ?? 0] ?? NaN;
  const solved = solveFactored(factor, own);
  const solution = new Float64Array(right.length);
  for (let at = 0; at < used.length; at += 1) solution[used[at] ?? 0] = solved[at] ?? NaN;
  return solution;
}

/** Solves (XᵀWX + penalties)·b = XᵀWy in float64: see {@link factorGram}. @returns The weights of each target. */
export function solveGram({ gram, rights }: GramSums, penalties: readonly number[]): Float64Array[] {
  const factor = factorGram(gram, penalties);
  return rights.map((right) => solveFactor(factor, right));
}
