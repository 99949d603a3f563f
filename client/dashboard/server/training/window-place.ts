import { InvalidInputError } from '../../../../data/errors.js';
import type { Plan, PlanItem } from '../../../../data/schemas/plan.js';
import { windowLabel } from '../../../../data/schemas/plan.js';
import type { WindowPlace } from '../telemetry/event-subjects.js';

/**
 * A planned window, and the shard that trains it.
 *
 * @param window Label, `SYMBOL_START_to_END`.
 * @throws InvalidInputError when the plan has no such window.
 */
export function windowPlace(
  runId: string,
  { items, cohorts }: Pick<Plan, 'items' | 'cohorts'>,
  window: string,
): WindowPlace & { readonly item: PlanItem } {
  const item = items.find(({ symbol, start, end }) => windowLabel(symbol, start, end) === window);
  if (item === undefined) throw new InvalidInputError([`run ${runId} has no window ${window}`]);
  const cohort = `${item.start}_to_${item.end}`;
  const shards = cohorts.find(({ id }) => id === cohort)?.shards ?? [];
  const at = shards.findIndex((symbols) => symbols.includes(item.symbol));
  return { item, window, cohort, shard: at < 0 ? undefined : at, symbols: shards[at] ?? [] };
}
