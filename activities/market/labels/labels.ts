import type { BarSeries } from '../../../data/bars/series.js';
import { log } from '../../../data/math/log.js';
import { square } from '../../../data/math/square.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { entryChoice, lowerBarrierOf } from '../../../data/schemas/label-rule.js';
import type { BarSlots } from '../bar-slots.js';
import type { SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import { scaleUnit } from '../label-scale.js';
import { entryPrice } from './entry.js';
import { labelHorizons } from './horizons.js';
import { firstTouch } from './triple-barrier.js';
import { earlierLabels, averageUniqueness } from './uniqueness.js';

/** The label columns of a table. */
export type Labels = Pick<
  SymbolTable,
  'forwardReturn' | 'forwardScale' | 'label' | 'touchedAt' | 'resolvedAt' | 'weight'
>;

/** The columns that labels are computed from. */
export type LabelledBars = Pick<BarSeries, 'time' | 'open' | 'high' | 'low' | 'close'>;

/**
 * Labels every bar of a series by the next `horizon` bars of the exchange's sessions. Which labels are known, where
 * the symbol lacks bars, is said in `labelHorizons`.
 *
 * `horizon`: 1 where the close that ends them is more than the threshold above the entry price (see `entryOf`). `triple-barrier` (López de Prado,
 * Advances in Financial Machine Learning, 2018, chapter 3): 1 where the price touches the upper barrier,
 * `threshold` above the entry price, before it touches the lower one and before the horizon ends;
 * see `firstTouch`.
 *
 * The label depends on the interval [t, touchedAt]; the forward scale, which is a target as well, always on
 * [t, resolvedAt]; it sums over the bars there are of the `horizon` slots that are held, the first from the entry price. A bar with a shorter future has no label, even
 * if a barrier is touched already: keeping only quick touches would select rows by their outcome. A row without a
 * label has a NaN return and scale, the label 0 and both times UNRESOLVED.
 *
 * @param bars Adjusted bars.
 */
export function labelBars(bars: LabelledBars, rule: LabelRule, slots: BarSlots): Labels {
  const { time, close } = bars;
  const { threshold } = rule;
  const count = time.length;
  const lower = lowerBarrierOf(rule);
  const entry = entryChoice(rule);
  const forwardReturn = new Float64Array(count).fill(NaN);
  const forwardScale = new Float64Array(count).fill(NaN);
  const label = new Uint8Array(count);
  const touchedAt = new Int32Array(count).fill(UNRESOLVED);
  const resolvedAt = new Int32Array(count).fill(UNRESOLVED);
  // Index of the bar that decides each label; of the last bar of its horizon for unknown ones.
  const decided = new Int32Array(count);
  const slot = slots.number(time);
  const horizons = labelHorizons(slot, rule);
  const squared = squaredChanges(close);
  for (let t = 0; t < count; t += 1) {
    const [before, last] = [horizons.before[t] ?? t, horizons.last[t] ?? t];
    const price = entryPrice(bars, horizons.entry[t] ?? -1, entry);
    const touch =
      lower === undefined ? undefined : firstTouch(bars, { price, upper: threshold, lower, before, last });
    const end = touch?.bar ?? last;
    decided[t] = end;
    const exit = horizons.exit[t] ?? -1;
    if (exit < 0) continue;
    const change = (touch?.price ?? close[end] ?? NaN) / price - 1;
    forwardReturn[t] = change;
    const firstChange = log((close[before + 1] ?? NaN) / price);
    forwardScale[t] = realisedScale(firstChange, squared.subarray(before + 2, exit + 1), threshold);
    label[t] = (lower === undefined ? change > threshold : touch?.side === 'upper') ? 1 : 0;
    touchedAt[t] = time[end] ?? UNRESOLVED;
    resolvedAt[t] = time[exit] ?? UNRESOLVED;
  }
  const lives = { before: horizons.before, decided };
  const weight = averageUniqueness(lives, earlierLabels(slot, rule));
  return { forwardReturn, forwardScale, label, touchedAt, resolvedAt, weight };
}

/** Floor of the realised scale as a share of the threshold: a price that does not move has no logarithm. */
const SMALLEST_SHARE = 0.05;

/** @param first Log return of the first bar that is held. @param later Of the others, from {@link squaredChanges}. */
function realisedScale(first: number, later: Float64Array, threshold: number): number {
  let squares = square(first);
  for (const change of later) squares += change;
  return log(Math.max(Math.sqrt(squares) / scaleUnit(threshold), SMALLEST_SHARE));
}

/** The squared log return of every bar; NaN for the first. */
function squaredChanges(close: Float64Array): Float64Array {
  return close.map((price, bar) => (bar === 0 ? NaN : square(log(price / (close[bar - 1] ?? NaN)))));
}
