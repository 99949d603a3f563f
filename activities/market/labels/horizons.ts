import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { lowerBarrierOf, slotsAhead } from '../../../data/schemas/label-rule.js';
import { NO_SLOT, barsAhead } from '../bar-slots.js';
import { entryOf } from './entry.js';

/** The bars that the label of every bar of a symbol looks at. */
export interface Horizons {
  /** Index of the bar at whose open or close a trade is made; −1 where there is none. */
  readonly entry: Int32Array;
  /** Index of the last bar before those that are held; the bar itself where there is none after it. */
  readonly before: Int32Array;
  /** Index of the last bar within the horizon; the bar itself where there is none. */
  readonly last: Int32Array;
  /** Index of the bar that ends the horizon where the label can be known; −1 where it cannot. */
  readonly exit: Int32Array;
}

/**
 * A trade is held for `horizon` slots: those after the bar, or, where it is entered at the next close, those after the
 * next slot. Slots are of the sessions, not of the symbol's bars: where the symbol has no bar in the slot of the entry
 * or in the one that ends the horizon, the label is unknown, and never that of a later bar. With barriers, a bar
 * missing between makes it unknown as well: the price may have touched one then, and keeping only the rows with an
 * earlier touch would select them by their outcome.
 *
 * @param slot Slot of every bar, from `BarSlots.number`.
 */
export function labelHorizons(slot: Int32Array, rule: LabelRule): Horizons {
  const ahead = slotsAhead(rule);
  const entry = entryOf(slot, rule);
  const exit = barsAhead(slot, ahead);
  const whole = lowerBarrierOf(rule) !== undefined;
  exit.forEach((bar, at) => {
    if ((entry[at] ?? -1) < 0 || (whole && bar - at !== ahead)) exit[at] = -1;
  });
  return { entry, before: lastWithin(slot, ahead - rule.horizon), last: lastWithin(slot, ahead), exit };
}

/** Index of the last bar that lies at most a number of slots after each bar; the bar itself where there is none. */
function lastWithin(slot: Int32Array, slots: number): Int32Array {
  const last = new Int32Array(slot.length);
  let [next, latest] = [0, 0];
  slot.forEach((from, at) => {
    last[at] = at;
    if (from === NO_SLOT) return;
    for (; next < slot.length && (slot[next] ?? NaN) <= from + slots; next += 1)
      if (slot[next] !== NO_SLOT) latest = next;
    last[at] = latest;
  });
  return last;
}
