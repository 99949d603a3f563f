import type { BarSeries } from '../../../data/bars/series.js';
import { log } from '../../../data/math/log.js';
import { square } from '../../../data/math/square.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { lowerBarrierOf } from '../../../data/schemas/label-rule.js';
import type { SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import { scaleUnit } from '../label-scale.js';
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
 * Labels every bar of a series by its next `horizon` bars.
 *
 * `horizon`: 1 where the close rises by more than the threshold over them. `triple-barrier` (López de Prado,
 * Advances in Financial Machine Learning, 2018, chapter 3): 1 where the price touches the upper barrier,
 * `threshold` above the close of the bar, before it touches the lower one and before the horizon ends;
 * see `firstTouch`.
 *
 * The label depends on the interval [t, touchedAt]; the forward scale, which is a target as well, always on
 * [t, resolvedAt], `horizon` bars. A bar with fewer bars after it has no label, even if a barrier is touched
 * already: keeping only quick touches would select rows by their outcome. Such a row has a NaN return and
 * scale, the label 0 and both times UNRESOLVED.
 *
 * @param bars Adjusted bars.
 */
export function labelBars(bars: LabelledBars, rule: LabelRule): Labels {
  const { time, close } = bars;
  const { horizon, threshold } = rule;
  const count = time.length;
  const lower = lowerBarrierOf(rule);
  const forwardReturn = new Float64Array(count).fill(NaN);
  const forwardScale = new Float64Array(count).fill(NaN);
  const label = new Uint8Array(count);
  const touchedAt = new Int32Array(count).fill(UNRESOLVED);
  const resolvedAt = new Int32Array(count).fill(UNRESOLVED);
  // Index of the bar that decides each label; beyond the series for open labels.
  const decided = new Int32Array(count);
  const squared = squaredChanges(close);
  for (let t = 0; t < count; t += 1) {
    const touch = lower === undefined ? undefined : firstTouch(bars, t, { upper: threshold, lower, horizon });
    const end = touch?.bar ?? t + horizon;
    decided[t] = end;
    if (t + horizon >= count) continue;
    const change = (touch?.price ?? close[end] ?? NaN) / (close[t] ?? NaN) - 1;
    forwardReturn[t] = change;
    forwardScale[t] = realisedScale(squared, t, rule);
    label[t] = (lower === undefined ? change > threshold : touch?.side === 'upper') ? 1 : 0;
    touchedAt[t] = time[end] ?? UNRESOLVED;
    resolvedAt[t] = time[t + horizon] ?? UNRESOLVED;
  }
  return { forwardReturn, forwardScale, label, touchedAt, resolvedAt, weight: averageUniqueness(decided) };
}

/** Floor of the realised scale as a share of the threshold: a price that does not move has no logarithm. */
const SMALLEST_SHARE = 0.05;

/** @param squared From {@link squaredChanges}. */
function realisedScale(squared: Float64Array, t: number, { horizon, threshold }: LabelRule): number {
  let squares = 0;
  for (let bar = t + 1; bar <= t + horizon; bar += 1) squares += squared[bar] ?? NaN;
  return log(Math.max(Math.sqrt(squares) / scaleUnit(threshold), SMALLEST_SHARE));
}

/** The squared log return of every bar; NaN for the first. */
function squaredChanges(close: Float64Array): Float64Array {
  return close.map((price, bar) => square(log(price / (close[bar - 1] ?? NaN))));
}
