import { doublesOf } from '../../../data/math/fill-columns.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { slotsAhead } from '../../../data/schemas/label-rule.js';
import type { Entry } from '../../../data/schemas/run-choices.js';
import type { BarSlots } from '../bar-slots.js';
import { barsAhead } from '../bar-slots.js';
import type { Outcomes } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import { entryOf, entryPrice } from './entry.js';

export type { Outcomes };

export { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';

/**
 * Returns of a trade that is held for each of some horizons and sold at the close of the last bar held, whatever the
 * price does until then. Horizons are counted in slots of the sessions: where the symbol has no bar in the slot of the
 * entry or of the exit, the return is unknown.
 *
 * @param bars Adjusted bars.
 */
export function horizonReturns(
  bars: Pick<BarSeries, 'time' | 'open' | 'close'>,
  slots: BarSlots,
  entry: Entry,
  horizons: readonly number[],
): Outcomes {
  const { time, close } = bars;
  const slot = slots.number(time);
  const entries = entryOf(slot, { entry });
  const prices = doublesOf(entries, (bar) => entryPrice(bars, bar, entry));
  const returns: Float64Array[] = [];
  const resolvedAt: Int32Array[] = [];
  for (const horizon of horizons) {
    const change = new Float64Array(time.length).fill(NaN);
    const resolved = new Int32Array(time.length).fill(UNRESOLVED);
    barsAhead(slot, slotsAhead({ horizon, entry })).forEach((exit, bar) => {
      if (exit < 0 || (entries[bar] ?? -1) < 0) return;
      change[bar] = (close[exit] ?? NaN) / (prices[bar] ?? NaN) - 1;
      resolved[bar] = time[exit] ?? UNRESOLVED;
    });
    returns.push(change);
    resolvedAt.push(resolved);
  }
  return {
    entryTime: entries.map((bar) => (bar < 0 ? UNRESOLVED : (time[bar] ?? UNRESOLVED))),
    entryPrice: prices,
    returns,
    resolvedAt,
  };
}
