import type { BarSeries } from '../../../data/bars/series.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { entryChoice } from '../../../data/schemas/label-rule.js';
import type { Entry } from '../../../data/schemas/run-choices.js';
import { barsAhead } from '../bar-slots.js';

/**
 * The bar at which a trade can be made that each bar's figures led to: the bar itself for `close`, that of the next
 * slot for the others.
 *
 * @param slot Slot of every bar of a symbol, from `BarSlots.number`.
 * @returns Indices of bars; −1 where the symbol has no bar in that slot, or the bar itself has none.
 */
export function entryOf(slot: Int32Array, rule: Pick<LabelRule, 'entry'>): Int32Array {
  return barsAhead(slot, entryChoice(rule) === 'close' ? 0 : 1);
}

/** The price of a trade in an entry bar: its open for `next-open`, else its close; NaN where there is no bar. */
export function entryPrice(
  { open, close }: Pick<BarSeries, 'open' | 'close'>,
  entryBar: number,
  entry: Entry,
): number {
  return (entry === 'next-open' ? open : close)[entryBar] ?? NaN;
}
