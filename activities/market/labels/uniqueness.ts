import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { lowerBarrierOf, slotsAhead } from '../../../data/schemas/label-rule.js';
import { NO_SLOT } from '../bar-slots.js';

/** The bars whose returns the labels of a symbol depend on: for the label of bar i those in (before[i], decided[i]]. */
export interface LabelLives {
  readonly before: Int32Array;
  /** Index of the bar that decides the label; for an unknown one, of the last bar of its horizon, or `before`. */
  readonly decided: Int32Array;
}

/**
 * Number of labels of bars before a first one that are taken as alive in a later bar, whether or not the history
 * reaches back to them.
 */
export type EarlierLabels = (first: number, bar: number) => number;

/** Bars before a row whose labels are looked at: no more than every row with features has (see `LOOKBACK_BARS`). */
export const KNOWN_BARS = 60;

/**
 * Average uniqueness of every label of one symbol (López de Prado, Advances in Financial Machine Learning,
 * 2018, chapter 4): the mean, over the bars of the label's life, of 1 / the number of concurrent labels. Labels are
 * concurrent where they depend on a common return. So labels of one bar each have weight 1, and those of a fixed
 * horizon 1 / horizon.
 *
 * A label that is still open or stays unknown counts as concurrent, whatever its outcome, so the weight of a label
 * does not depend on bars after its last. Nor does it depend on where the history starts, for any row with features:
 * labels of the bars that every such row has before it are counted, older ones are taken as `earlier` says.
 *
 * @returns Weights in (0, 1]; for unknown labels over the bars there are, and 1 where there are none.
 */
export function averageUniqueness(
  { before, decided }: LabelLives,
  earlier: EarlierLabels = () => 0,
): Float32Array {
  const count = decided.length;
  const living = concurrentLabels({ before, decided });
  const weights = new Float32Array(count).fill(1);
  let first = 0;
  for (let at = 0; at < count; at += 1) {
    for (; first < at - KNOWN_BARS; first += 1)
      for (let bar = at + 1; bar <= Math.min(decided[first] ?? 0, count - 1); bar += 1)
        living[bar] = (living[bar] ?? 0) - 1;
    const start = before[at] ?? at;
    const last = Math.min(decided[at] ?? at, count - 1);
    // Summed from scratch for every label: a running sum's rounding would depend on where the series starts.
    let sum = 0;
    for (let bar = start + 1; bar <= last; bar += 1) sum += 1 / ((living[bar] ?? NaN) + earlier(first, bar));
    if (last > start) weights[at] = sum / (last - start);
  }
  return weights;
}

/** Number of labels that are alive in each bar. */
function concurrentLabels({ before, decided }: LabelLives): Int32Array {
  const living = new Int32Array(decided.length + 2);
  decided.forEach((end, at) => {
    const start = (before[at] ?? at) + 1;
    living[start] = (living[start] ?? 0) + 1;
    const after = end + 1;
    if (after < living.length) living[after] = (living[after] ?? 0) - 1;
  });
  for (let bar = 1; bar < living.length; bar += 1) living[bar] = (living[bar] ?? 0) + (living[bar - 1] ?? 0);
  return living.subarray(0, decided.length);
}

/**
 * The labels before a first bar, by their rule: one of a fixed horizon is alive until that ends, and there is one in
 * every slot; one with barriers is taken as decided, as most are long before so wide a horizon ends.
 *
 * @param slot Slot of every bar, from `BarSlots.number`.
 */
export function earlierLabels(slot: Int32Array, rule: LabelRule): EarlierLabels {
  const ahead = slotsAhead(rule);
  if (lowerBarrierOf(rule) !== undefined) return () => 0;
  const [next, last] = [slot.slice(), slot.slice()];
  for (let bar = slot.length - 2; bar >= 0; bar -= 1)
    if (next[bar] === NO_SLOT) next[bar] = next[bar + 1] ?? NO_SLOT;
  for (let bar = 1; bar < slot.length; bar += 1)
    if (last[bar] === NO_SLOT) last[bar] = last[bar - 1] ?? NO_SLOT;
  return (first, bar) => Math.max(0, (next[first] ?? NaN) + ahead - (last[bar] ?? NaN));
}
