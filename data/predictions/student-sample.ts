import { sha256 } from '../store/digests.js';
import type { Predictions } from './prediction.js';

/** Most rows of a student whose inputs are kept for verification. */
export const SAMPLED_ROWS = 256;

/**
 * The rows of a student's predictions whose inputs are kept: those with the smallest SHA-256 of
 * `cohort|symbol|date|split`. A rule instead of a choice, so that whoever makes a bundle cannot pick the rows.
 *
 * @param rows Indices of the student's rows.
 * @returns At most {@link SAMPLED_ROWS} of them, smallest digest first.
 */
export function sampledRows(
  cohort: string,
  { symbol, date, split }: Pick<Predictions, 'symbol' | 'date' | 'split'>,
  rows: Iterable<number>,
): number[] {
  let smallest: { readonly row: number; readonly digest: string }[] = [];
  let limit: string | undefined;
  const cut = (): void => {
    smallest = smallest.sort((a, b) => (a.digest < b.digest ? -1 : 1)).slice(0, SAMPLED_ROWS);
    limit = smallest.length === SAMPLED_ROWS ? smallest.at(-1)?.digest : undefined;
  };
  for (const row of rows) {
    const digest = sha256(`${cohort}|${symbol[row] ?? ''}|${date[row] ?? ''}|${split[row] ?? ''}`);
    if (limit !== undefined && digest >= limit) continue;
    smallest.push({ row, digest });
    if (smallest.length === 4 * SAMPLED_ROWS) cut();
  }
  cut();
  return smallest.map(({ row }) => row);
}
