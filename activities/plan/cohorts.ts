import type { CohortPlan, PlanItem } from '../../data/schemas/plan.js';

/** Id of a cohort: `START_to_END`. */
export function cohortId(start: string, end: string): string {
  return `${start}_to_${end}`;
}

/**
 * Divides a list into the smallest number of consecutive parts with at most `most` items each. Sizes differ by
 * at most one, so that no shard is much smaller than the others.
 */
export function cutShards(symbols: readonly string[], most: number): string[][] {
  const parts = Math.ceil(symbols.length / most);
  return Array.from({ length: parts }, (_, part) =>
    symbols.slice(
      Math.floor((part * symbols.length) / parts),
      Math.floor(((part + 1) * symbols.length) / parts),
    ),
  );
}

/**
 * Groups windows by their dates, sorted by start. A cohort without a trainable window stays in the plan,
 * with no shards.
 *
 * @param items Sorted by start, then symbol.
 * @param shardWindows Maximum number of windows per shard.
 */
export function planCohorts(items: readonly PlanItem[], shardWindows: number): CohortPlan[] {
  const cohorts = new Map<string, { readonly start: string; readonly end: string; symbols: string[] }>();
  for (const { symbol, start, end, status } of items) {
    const id = cohortId(start, end);
    const cohort = cohorts.get(id) ?? { start, end, symbols: [] };
    cohorts.set(id, cohort);
    if (status === 'trainable') cohort.symbols.push(symbol);
  }
  return Array.from(cohorts, ([id, { start, end, symbols }]) => ({
    id,
    start,
    end,
    shards: cutShards(symbols, shardWindows),
  }));
}
