import type { StudentFold, StudentRows } from './student-rows.js';

/** Tested rows of one time. */
export interface TestedTime {
  readonly time: number;
  /** Places of the rows, counted from the fold's first. */
  readonly places: Int32Array;
}

/** The rows of a fold by time, ascending, whose outcomes are known before the validation part. */
export function testedTimes(
  { time, segments, blocks }: Pick<StudentRows, 'time' | 'segments' | 'blocks'>,
  { from, until }: StudentFold,
): TestedTime[] {
  const known = segments
    .filter((segment) => segment.from >= from && segment.until <= until && segment.resolved < blocks - 1)
    .flatMap((segment) => Array.from({ length: segment.until - segment.from }, (_, at) => segment.from + at));
  const places = new Map<number, number[]>();
  for (const row of known) {
    const minutes = time[row] ?? NaN;
    const own = places.get(minutes);
    if (own === undefined) places.set(minutes, [row - from]);
    else own.push(row - from);
  }
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([minutes, own]) => ({ time: minutes, places: Int32Array.from(own) }));
}
