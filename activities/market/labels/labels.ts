import type { BarSeries } from '../../../data/bars/series.js';
import { log } from '../../../data/math/log.js';
import { square } from '../../../data/math/square.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { lowerBarrierOf } from '../../../data/schemas/label-rule.js';
import type { BarSlots } from '../bar-slots.js';
import type { SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import { scaleUnit } from '../label-scale.js';
import { labelHorizons } from './horizons.js';
import { firstTouch } from './triple-barrier.js';
import { averageUniqueness } from './uniqueness.js';

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
 * `horizon`: 1 where the close rises by more than the threshold over them. `triple-barrier` (López de Prado,
 * Advances in Financial Machine Learning, 2018, chapter 3): 1 where the price touches the upper barrier,
 * `threshold` above the close of the bar, before it touches the lower one and before the horizon ends;
 * see `firstTouch`.
 *
 * The label depends on the interval [t, touchedAt]; the forward scale, which is a target as well, always on
 * [t, resolvedAt], `horizon` slots; it sums over the bars there are. A bar with a shorter future has no label, even
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
  const forwardReturn = new Float64Array(count).fill(NaN);
  const forwardScale = new Float64Array(count).fill(NaN);
  const label = new Uint8Array(count);
  const touchedAt = new Int32Array(count).fill(UNRESOLVED);
  const resolvedAt = new Int32Array(count).fill(UNRESOLVED);
  // Index of the bar that decides each label; of the last bar of its horizon for unknown ones.
  const decided = new Int32Array(count);
  const horizons = labelHorizons(slots.number(time), rule);
  const squared = squaredChanges(close);
  for (let t = 0; t < count; t += 1) {
    const last = horizons.last[t] ?? t;
    const touch = lower === undefined ? undefined : firstTouch(bars, t, { upper: threshold, lower, last });
    const end = touch?.bar ?? last;
    decided[t] = end;
    const exit = horizons.exit[t] ?? -1;
    if (exit < 0) continue;
    const change = (touch?.price ?? close[end] ?? NaN) / (close[t] ?? NaN) - 1;
    forwardReturn[t] = change;
    forwardScale[t] = realisedScale(squared, t, exit, threshold);
    label[t] = (lower === undefined ? change > threshold : touch?.side === 'upper') ? 1 : 0;
    touchedAt[t] = time[end] ?? UNRESOLVED;
    resolvedAt[t] = time[exit] ?? UNRESOLVED;
  }
  return { forwardReturn, forwardScale, label, touchedAt, resolvedAt, weight: averageUniqueness(decided) };
}

/** Floor of the realised scale as a share of the threshold: a price that does not move has no logarithm. */
const SMALLEST_SHARE = 0.05;

/** @param squared From {@link squaredChanges}. */
function realisedScale(squared: Float64Array, t: number, exit: number, threshold: number): number {
  let squares = 0;
  for (let bar = t + 1; bar <= exit; bar += 1) squares += squared[bar] ?? NaN;
  return log(Math.max(Math.sqrt(squares) / scaleUnit(threshold), SMALLEST_SHARE));
}

/** The squared log return of every bar; NaN for the first. */
function squaredChanges(close: Float64Array): Float64Array {
  return close.map((price, bar) => square(log(price / (close[bar - 1] ?? NaN))));
}
