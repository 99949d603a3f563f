import type { Predictions } from '../../data/predictions/prediction.js';

/** `START_to_END` of a window label `SYMBOL_START_to_END`; symbols hold no underscore. */
export function cohortOf(window: string): string {
  return window.slice(window.indexOf('_') + 1);
}

/** Distinct texts, sorted. */
export function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Indices of the rows that `takes` accepts, by cohort. */
export function rowsByCohort(
  { window }: Pick<Predictions, 'window'>,
  takes: (row: number) => boolean,
): Map<string, number[]> {
  const byCohort = new Map<string, number[]>();
  // Windows are few and repeat: each label is cut once.
  const cohorts = new Map<string, string>();
  window.forEach((label, row) => {
    if (!takes(row)) return;
    const cohort = cohorts.get(label) ?? cohortOf(label);
    cohorts.set(label, cohort);
    const rows = byCohort.get(cohort);
    if (rows === undefined) byCohort.set(cohort, [row]);
    else rows.push(row);
  });
  return byCohort;
}
