import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { lowerBarrierOf } from '../../../data/schemas/label-rule.js';
import { NO_SLOT, barsAhead } from '../bar-slots.js';

/** The bars that the label of every bar of a symbol looks at. */
export interface Horizons {
  /** Index of the last bar within the horizon; the bar itself where there is none. */
  readonly last: Int32Array;
  /** Index of the bar that ends the horizon where the label can be known; −1 where it cannot. */
  readonly exit: Int32Array;
}

/**
 * A horizon is counted in slots of the sessions, not in the symbol's bars: where the symbol has no bar in the slot
 * that ends it, the label is unknown, and never that of a later bar. With barriers, a bar missing before that makes
 * it unknown as well: the price may have touched one then, and keeping only the rows with an earlier touch would
 * select them by their outcome.
 *
 * @param slot Slot of every bar, from `BarSlots.number`.
 */
export function labelHorizons(slot: Int32Array, rule: LabelRule): Horizons {
  const { horizon } = rule;
  const exit = barsAhead(slot, horizon);
  const whole = lowerBarrierOf(rule) !== undefined;
  const last = new Int32Array(slot.length);
  let [next, latest] = [0, 0];
  slot.forEach((from, at) => {
    last[at] = at;
    if (from === NO_SLOT) return;
    for (; next < slot.length && (slot[next] ?? NaN) <= from + horizon; next += 1)
      if (slot[next] !== NO_SLOT) latest = next;
    last[at] = latest;
    if (whole && (exit[at] ?? -1) - at !== horizon) exit[at] = -1;
  });
  return { last, exit };
}
