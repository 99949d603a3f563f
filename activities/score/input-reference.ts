import type { StudentInputs } from '../../data/predictions/student-inputs.js';
import { DRIFT_BINS } from '../figures/drift.js';
import { firstNotBelow } from '../../data/math/first-not-below.js';

/**
 * How far beyond the smallest or largest value of the reference an input may lie, as a share of the distance between
 * them, before it counts as strange: the reference is a sample, so its ends are not those of what was seen.
 */
const BEYOND = 0.1;

/** The inputs that a bundle's students were examined on, to compare new ones with. */
export interface InputReference {
  readonly names: readonly string[];
  /** Rows of the reference. */
  readonly rows: number;
  /** By input: rows of the reference in each tenth; fewer than ten where many values are equal. */
  readonly tenths: readonly (readonly number[])[];
  /** Names of the inputs of a row that lie beyond those of the reference. */
  readonly beyond: (row: Float32Array) => string[];
  /** By input: how many of some rows fall into each tenth of the reference. */
  readonly countsOf: (rows: readonly Float32Array[]) => number[][];
}

/**
 * A reference of the sampled inputs that a bundle keeps of each student's out-of-sample rows (up to 256 a cohort).
 *
 * @param samples With the same names in the same order.
 */
export function inputReference(names: readonly string[], samples: readonly StudentInputs[]): InputReference {
  const width = names.length;
  const rows = samples.reduce((sum, { symbol }) => sum + symbol.length, 0);
  const columns = names.map((_, column) => {
    const values = new Float64Array(rows);
    let at = 0;
    for (const sample of samples)
      for (let row = 0; row < sample.symbol.length; row += 1, at += 1)
        values[at] = sample.values[row * width + column] ?? NaN;
    return values.sort();
  });
  const bounds = columns.map((sorted) => {
    const [low, high] = [sorted[0] ?? -Infinity, sorted.at(-1) ?? Infinity];
    const margin = rows === 0 ? 0 : BEYOND * (high - low);
    return { low: low - margin, high: high + margin };
  });
  const edges = columns.map(edgesOf);
  const countsOf = (given: Iterable<number>, column: number): number[] => {
    const own = edges[column] ?? new Float64Array(0);
    const counts = Array.from({ length: own.length + 1 }, () => 0);
    for (const value of given) {
      const bin = firstNotBelow(own, value);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  return {
    names,
    rows,
    tenths: columns.map((sorted, column) => countsOf(sorted, column)),
    beyond: (row) =>
      names.filter((_, column) => {
        const { low, high } = bounds[column] ?? { low: -Infinity, high: Infinity };
        const value = row[column] ?? NaN;
        return value < low || value > high;
      }),
    countsOf: (given) =>
      names.map((_, column) =>
        countsOf(
          given.map((row) => row[column] ?? NaN),
          column,
        ),
      ),
  };
}

/** Upper edges of all tenths but the last, each once: a value that does not exceed an edge is in its tenth. */
function edgesOf(sorted: Float64Array): Float64Array {
  const edges = new Set<number>();
  for (let bin = 1; bin < DRIFT_BINS; bin += 1) {
    const edge = sorted[Math.ceil((bin * sorted.length) / DRIFT_BINS) - 1];
    if (edge !== undefined && edge !== sorted.at(-1)) edges.add(edge);
  }
  return Float64Array.from(edges);
}
