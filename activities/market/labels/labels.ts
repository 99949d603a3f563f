import type { BarSeries } from '../../../data/bars/series.js';
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

/** The bars that labels are made of. */
export type LabelledBars = Pick<BarSeries, 'time' | 'open' | 'high' | 'low' | 'close'>;

/**
 * Labels every bar of a series by what its own next `horizon` bars do.
 *
 * `horizon`: 1 where the close rises more than the threshold over them. `triple-barrier` (López de Prado,
 * Advances in Financial Machine Learning, 2018, chapter 3): 1 where the price touches the upper barrier,
 * `threshold` above the close of the bar, before it touches the lower one and before the horizon ends;
 * see `firstTouch`.
 *
 * The label is a statement about the interval [t, touchedAt]; the forward scale, which is learnt from as
 * well, always about [t, resolvedAt], `horizon` bars. A bar without so many after it has no label, even
 * where a barrier is touched already: keeping those alone that were quick would be choosing rows by their
 * outcome. There returns and scales are NaN, the label 0, both times UNRESOLVED.
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
  // The bar that decides each label; those still open live on beyond the series.
  const decided = new Int32Array(count);
  for (let t = 0; t < count; t += 1) {
    const touch = lower === undefined ? undefined : firstTouch(bars, t, { upper: threshold, lower, horizon });
    const end = touch?.bar ?? t + horizon;
    decided[t] = end;
    if (t + horizon >= count) continue;
    const change = (touch?.price ?? close[end] ?? NaN) / (close[t] ?? NaN) - 1;
    forwardReturn[t] = change;
    forwardScale[t] = scaleAhead(close, t, rule);
    label[t] = (lower === undefined ? change > threshold : touch?.side === 'upper') ? 1 : 0;
    touchedAt[t] = time[end] ?? UNRESOLVED;
    resolvedAt[t] = time[t + horizon] ?? UNRESOLVED;
  }
  return { forwardReturn, forwardScale, label, touchedAt, resolvedAt, weight: averageUniqueness(decided) };
}

/** Realised scales below this share of the threshold are taken for it: the logarithm of a still price is no figure. */
const SMALLEST_SHARE = 0.05;

function scaleAhead(close: Float64Array, t: number, { horizon, threshold }: LabelRule): number {
  const unit = scaleUnit(threshold);
  let squares = 0;
  for (let bar = t + 1; bar <= t + horizon; bar += 1)
    squares += Math.log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN)) ** 2;
  return Math.log(Math.max(Math.sqrt(squares) / unit, SMALLEST_SHARE));
}
