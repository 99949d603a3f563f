import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';

/** Horizons by which candidates are judged: 1 and 5 bars, as indices into OUTCOME_HORIZONS. */
export const JUDGED = [0, 1] as const;

/** The targets of one time at the judged horizons, minus their means, over the symbols that have both. */
export interface JudgedSection {
  /** Places of the symbols, from 0. */
  readonly places: Int32Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * @param first By place of the symbol: NaN where it is not known; so in `second`.
 * @returns Undefined where fewer than five symbols have both.
 */
export function judgedSection(first: Float64Array, second: Float64Array): JudgedSection | undefined {
  const places = Int32Array.from(first.keys()).filter(
    (place) => !Number.isNaN((first[place] ?? NaN) + (second[place] ?? NaN)),
  );
  if (places.length < MIN_RANKED_SYMBOLS) return undefined;
  return { places, first: centredAt(first, places), second: centredAt(second, places) };
}

function centredAt(values: Float64Array, places: Int32Array): Float64Array {
  let sum = 0;
  for (const place of places) sum += values[place] ?? NaN;
  return Float64Array.from(places, (place) => (values[place] ?? NaN) - sum / places.length);
}

/** Scores of some rows by many columns of weights, row-major. */
export interface ScoreTable {
  readonly values: Float32Array;
  readonly columns: number;
  /** Index of the row of place 0. */
  readonly row: number;
}

/** A spread below this share of the scores' size is rounding error: float32 scores have seven digits. */
const CONSTANT = 1e-12;

/**
 * Mean over the judged horizons of the correlation with a weighted mean of two scores, for several weights at once: all
 * follow from the same sums.
 *
 * @param a First column of the one score: its horizons are adjacent columns; so for `b`.
 * @param horizons Whose scores are added up.
 * @param shares Weight of b, 1 − that of a.
 * @param out A figure for each share; NaN where all scores or all targets are equal.
 */
export function sectionFigures(
  { values, columns, row }: ScoreTable,
  { places, first, second }: JudgedSection,
  [a, b]: readonly [number, number],
  horizons: readonly number[],
  shares: readonly number[],
  out: Float64Array,
): void {
  let [sumA, sumB, aa, ab, bb, a1, a2, b1, b2, squares1, squares2] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at < places.length; at += 1) {
    const start = (row + (places[at] ?? NaN)) * columns;
    let [scoreA, scoreB] = [0, 0];
    for (let part = 0; part < horizons.length; part += 1) {
      const horizon = start + (horizons[part] ?? NaN);
      scoreA += values[horizon + a] ?? NaN;
      scoreB += values[horizon + b] ?? NaN;
    }
    const [y1, y2] = [first[at] ?? NaN, second[at] ?? NaN];
    sumA += scoreA;
    sumB += scoreB;
    aa += scoreA * scoreA;
    ab += scoreA * scoreB;
    bb += scoreB * scoreB;
    a1 += scoreA * y1;
    a2 += scoreA * y2;
    b1 += scoreB * y1;
    b2 += scoreB * y2;
    squares1 += y1 * y1;
    squares2 += y2 * y2;
  }
  for (let at = 0; at < shares.length; at += 1) {
    const ofB = shares[at] ?? NaN;
    const ofA = 1 - ofB;
    const size = ofA * ofA * aa + 2 * ofA * ofB * ab + ofB * ofB * bb;
    const sum = ofA * sumA + ofB * sumB;
    const spread = size - (sum * sum) / places.length;
    const figure =
      ((ofA * a1 + ofB * b1) / Math.sqrt(squares1) + (ofA * a2 + ofB * b2) / Math.sqrt(squares2)) /
      (2 * Math.sqrt(spread));
    out[at] = spread > CONSTANT * size ? figure : NaN;
  }
}
