import type { FeatureTable } from '../../market/feature-table.js';
import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';

type Members = Pick<FeatureTable['symbols'][number], 'time' | 'complete' | 'member'>;

const cached = new WeakMap<readonly Members[], ReadonlySet<number>>();

/**
 * Times, in exchange minutes, at which at least MIN_RANKED_SYMBOLS members have a complete row. At others there is
 * nothing to rank: the score of a row is the logit of its probability.
 */
export function rankedTimes({ symbols }: { readonly symbols: readonly Members[] }): ReadonlySet<number> {
  const known = cached.get(symbols);
  if (known !== undefined) return known;
  const counts = new Map<number, number>();
  for (const { time, complete, member } of symbols)
    for (const [row, minutes] of time.entries())
      if (complete[row] === 1 && member[row] === 1) counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  const ranked = new Set<number>();
  for (const [minutes, count] of counts) if (count >= MIN_RANKED_SYMBOLS) ranked.add(minutes);
  cached.set(symbols, ranked);
  return ranked;
}
