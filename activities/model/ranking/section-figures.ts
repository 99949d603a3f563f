import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import type { RankRows } from './rank-rows.js';

/** Horizons by which candidates are judged: 1 and 5 bars, as indices into OUTCOME_HORIZONS. */
const JUDGED = [0, 1] as const;

/** The targets of one time at the judged horizons, minus their means, over the symbols that have both. */
export interface JudgedSection {
  /** Places of the symbols, from 0. */
  readonly places: Int32Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * @param targets Row-major [n × H]; NaN where not known.
 * @param from Row of place 0.
 * @param until Row after the last place.
 * @param validationStart Targets that resolve later are not looked at.
 * @returns Undefined where fewer than five symbols have both targets.
 */
export function judgedSection(
  { horizons, resolvedAt }: Pick<RankRows, 'horizons' | 'resolvedAt'>,
  targets: Float32Array,
  from: number,
  until: number,
  validationStart: number,
): JudgedSection | undefined {
  const places = new Int32Array(until - from);
  const first = new Float64Array(until - from);
  const second = new Float64Array(until - from);
  let count = 0;
  let sum1 = 0;
  let sum2 = 0;
  for (let row = from; row < until; row += 1) {
    const cell1 = row * horizons + JUDGED[0];
    const cell2 = row * horizons + JUDGED[1];
    if (!((resolvedAt[cell1] ?? Infinity) < validationStart)) continue;
    if (!((resolvedAt[cell2] ?? Infinity) < validationStart)) continue;
    const y1 = targets[cell1] ?? NaN;
    const y2 = targets[cell2] ?? NaN;
    if (Number.isNaN(y1) || Number.isNaN(y2)) continue;
    places[count] = row - from;
    first[count] = y1;
    second[count] = y2;
    sum1 += y1;
    sum2 += y2;
    count += 1;
  }
  if (count < MIN_RANKED_SYMBOLS) return undefined;
  for (let at = 0; at < count; at += 1) {
    first[at] = (first[at] ?? NaN) - sum1 / count;
    second[at] = (second[at] ?? NaN) - sum2 / count;
  }
  return {
    places: places.subarray(0, count),
    first: first.subarray(0, count),
    second: second.subarray(0, count),
  };
}

/** Scores of some rows by many columns of weights. */
export interface ScoreTable {
  /** Column-major [columns × rows]. */
  readonly values: Float32Array;
  readonly rows: number;
  /** Index of the row of place 0. */
  readonly row: number;
}

/** A spread below this share of the scores' size is rounding error: float32 scores have seven digits. */
const CONSTANT = 1e-12;

/**
 * Mean over the judged horizons of the correlation of a column of scores with the targets; NaN where all scores or all
 * targets are equal.
 */
export function sectionFigure(
  { values, rows, row }: ScoreTable,
  { places, first, second }: JudgedSection,
  column: number,
): number {
  const start = column * rows + row;
  // One declaration each: numbers in an array would be objects.
  let sum = 0;
  let size = 0;
  let product1 = 0;
  let product2 = 0;
  let squares1 = 0;
  let squares2 = 0;
  for (let at = 0; at < places.length; at += 1) {
    const score = values[start + (places[at] ?? 0)] ?? NaN;
    const y1 = first[at] ?? NaN;
    const y2 = second[at] ?? NaN;
    sum += score;
    size += score * score;
    product1 += score * y1;
    product2 += score * y2;
    squares1 += y1 * y1;
    squares2 += y2 * y2;
  }
  const spread = size - (sum * sum) / places.length;
  if (!(spread > CONSTANT * size)) return NaN;
  return (product1 / Math.sqrt(squares1) + product2 / Math.sqrt(squares2)) / (2 * Math.sqrt(spread));
}
