import type { BarSeries } from '../../../data/bars/series.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { entryChoice, lowerBarrierOf } from '../../../data/schemas/label-rule.js';
import type { BarSlots } from '../bar-slots.js';
import { NO_SLOT } from '../bar-slots.js';
import { UNRESOLVED } from '../feature-table.js';

/** What the bars of a symbol say that each bar led to; by bar. */
export interface PlainLabels {
  readonly label: Uint8Array;
  /** NaN where the label is not known. */
  readonly forwardReturn: Float64Array;
  /** End of the label's horizon, exchange minutes; UNRESOLVED where it is not known. */
  readonly exitTime: Int32Array;
  /** UNRESOLVED where there is none. */
  readonly entryTime: Int32Array;
  /** NaN where there is none. */
  readonly entryPrice: Float64Array;
  /** Return from entry by horizon of `OUTCOME_HORIZONS`; NaN where it is not known. */
  readonly returns: readonly Float64Array[];
}

/**
 * Labels and outcomes once more, bar by bar from their definition, for probes: nothing is shared with the code that
 * made the labels which teachers learn from, see `labelBars` and `horizonReturns`.
 *
 * @param bars Adjusted bars.
 */
export function plainLabels(bars: BarSeries, rule: LabelRule, slots: BarSlots): PlainLabels {
  const { time, open, close } = bars;
  const count = time.length;
  const entry = entryChoice(rule);
  const wait = entry === 'close' ? 0 : 1;
  const before = entry === 'next-close' ? 1 : 0;
  const lower = lowerBarrierOf(rule);
  const slot = slots.number(time);
  const barOf = new Map<number, number>();
  slot.forEach((at, bar) => {
    if (at !== NO_SLOT) barOf.set(at, bar);
  });
  const plain = {
    label: new Uint8Array(count),
    forwardReturn: new Float64Array(count).fill(NaN),
    exitTime: new Int32Array(count).fill(UNRESOLVED),
    entryTime: new Int32Array(count).fill(UNRESOLVED),
    entryPrice: new Float64Array(count).fill(NaN),
    returns: OUTCOME_HORIZONS.map(() => new Float64Array(count).fill(NaN)),
  };
  for (let bar = 0; bar < count; bar += 1) {
    const here = slot[bar] ?? NO_SLOT;
    const entered = here === NO_SLOT ? undefined : barOf.get(here + wait);
    if (entered === undefined) continue;
    const price = (entry === 'next-open' ? open : close)[entered] ?? NaN;
    plain.entryTime[bar] = time[entered] ?? UNRESOLVED;
    plain.entryPrice[bar] = price;
    OUTCOME_HORIZONS.forEach((horizon, place) => {
      const exit = barOf.get(here + before + horizon);
      plain.returns[place]?.fill(exit === undefined ? NaN : (close[exit] ?? NaN) / price - 1, bar, bar + 1);
    });
    const ahead = before + rule.horizon;
    const exit = barOf.get(here + ahead);
    if (exit === undefined || (lower !== undefined && exit - bar !== ahead)) continue;
    const touch =
      lower === undefined
        ? undefined
        : touchedBarrier(bars, bar + before + 1, exit, price * (1 + rule.threshold), price * (1 - lower));
    const change = (touch?.price ?? close[exit] ?? NaN) / price - 1;
    plain.exitTime[bar] = time[exit] ?? UNRESOLVED;
    plain.forwardReturn[bar] = change;
    plain.label[bar] = (lower === undefined ? change > rule.threshold : touch?.isUpper === true) ? 1 : 0;
  }
  return plain;
}

/** The first barrier that bars from `first` to `last` touch: an open beyond one decides, then the lower one. */
function touchedBarrier(
  { open, high, low }: BarSeries,
  first: number,
  last: number,
  ceiling: number,
  floor: number,
): { readonly isUpper: boolean; readonly price: number } | undefined {
  for (let bar = first; bar <= last; bar += 1) {
    const opened = open[bar] ?? NaN;
    if (opened >= ceiling) return { isUpper: true, price: opened };
    if (opened <= floor) return { isUpper: false, price: opened };
    if ((low[bar] ?? NaN) <= floor) return { isUpper: false, price: floor };
    if ((high[bar] ?? NaN) >= ceiling) return { isUpper: true, price: ceiling };
  }
  return undefined;
}
