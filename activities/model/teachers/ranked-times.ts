import { lowerBound } from '../../../data/bars/series.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';

/** Tells whether enough members have a complete row at a bar time of a cohort for their order to mean anything. */
export function rankedTimes(
  { symbols }: Pick<FeatureTable, 'symbols'>,
  { start, forwardEnd }: Pick<CohortSplit, 'start' | 'forwardEnd'>,
): (minutes: number) => boolean {
  const counts = new Map<number, number>();
  for (const { time, complete, member } of symbols)
    for (let row = lowerBound(time, start); row < lowerBound(time, forwardEnd); row += 1) {
      if (complete[row] !== 1 || member[row] !== 1) continue;
      const minutes = time[row] ?? NaN;
      counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
    }
  return (minutes) => (counts.get(minutes) ?? 0) >= MIN_RANKED_SYMBOLS;
}
