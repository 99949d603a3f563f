import type { LabelRule } from '../../data/schemas/label-rule.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import type { PlanItem } from '../../data/schemas/plan.js';

/** Number of symbols named. */
const MAX_SYMBOLS = 4;

/**
 * Notice of the labels that stay unknown, since the symbol has no bar in the session that would decide them, or in the
 * one of the entry; undefined where there are none.
 */
export function unknownLabelNotice(
  items: readonly PlanItem[],
  { entry }: Pick<LabelRule, 'entry'>,
): string | undefined {
  const counts = new Map<string, number>();
  for (const { symbol, unknownLabels } of items)
    if (unknownLabels !== undefined) counts.set(symbol, (counts.get(symbol) ?? 0) + unknownLabels);
  if (counts.size === 0) return undefined;
  const most = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const named = most.slice(0, MAX_SYMBOLS).map(([symbol, count]) => `${symbol} ${count}`);
  const more = most.length - named.length;
  const entered = entryChoice({ entry }) === 'close' ? '' : 'enter or ';
  const total = most.reduce((sum, [, count]) => sum + count, 0);
  return `labels: ${total} of the windows' bars have none, since the symbol has no bar in the session that would ${entered}decide it (${named.join(', ')}${more > 0 ? ` and ${more} more symbols` : ''})`;
}
