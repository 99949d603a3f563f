import { adjustSeries } from '../../data/bars/adjust-series.js';
import { formatBarTime } from '../../data/bars/bar-time.js';
import type { BarSeries } from '../../data/bars/series.js';
import { GurukulError } from '../../data/errors.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { entryChoice, slotsAhead } from '../../data/schemas/label-rule.js';
import type { BarSlots } from '../market/bar-slots.js';
import { barsAhead } from '../market/bar-slots.js';
import { RANK_LOOKBACK_MARKET_BARS } from '../market/ranking/market-state.js';
import { entryOf, entryPrice } from '../market/labels/entry.js';

/** An unadjusted bar, with the factor that its prices are divided by for adjustment. */
export interface ExplainedBar {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly factor: number;
}

/** The bars that a probability and its outcome come from. */
export interface ExplainedBars {
  /** Time of the first bar of the features' look-back. */
  readonly lookbackFrom: string;
  /** The bar that the features end with. */
  readonly bar: ExplainedBar;
  /** The bar at whose open or close a trade could be made; null where the symbol has none. */
  readonly entry: ExplainedBar | null;
  /** The bar that ends the label's horizon, counted in sessions. */
  readonly horizonEnd: ExplainedBar | null;
  /** Return from the entry to the end of the horizon, recomputed from the adjusted prices. */
  readonly returnAgain: number | null;
}

/**
 * @param raw The symbol's stored series.
 * @returns The bars of the probability at a bar, by its index.
 */
export function explainedBars(
  raw: BarSeries,
  { corporateActions }: Pick<SeriesRecord, 'corporateActions'>,
  slots: BarSlots,
  rule: LabelRule,
): (bar: number) => ExplainedBars {
  const adjusted = adjustSeries(raw, corporateActions ?? []);
  const slot = slots.number(raw.time);
  const [entries, exits] = [entryOf(slot, rule), barsAhead(slot, slotsAhead(rule))];
  const at = (index: number): ExplainedBar | null =>
    index < 0 || index >= raw.time.length
      ? null
      : {
          date: formatBarTime(raw.time[index] ?? 0, raw.interval),
          open: raw.open[index] ?? NaN,
          high: raw.high[index] ?? NaN,
          low: raw.low[index] ?? NaN,
          close: raw.close[index] ?? NaN,
          volume: raw.volume[index] ?? NaN,
          factor: (raw.close[index] ?? NaN) / (adjusted.close[index] ?? NaN),
        };
  return (bar) => {
    const own = at(bar);
    if (own === null) throw new GurukulError('Bug', 'the series has no bar at the given index');
    const [entry, exit] = [entries[bar] ?? -1, exits[bar] ?? -1];
    const price = entryPrice(adjusted, entry, entryChoice(rule));
    return {
      lookbackFrom: formatBarTime(
        raw.time[Math.max(0, bar - RANK_LOOKBACK_MARKET_BARS + 1)] ?? 0,
        raw.interval,
      ),
      bar: own,
      entry: at(entry),
      horizonEnd: at(exit),
      returnAgain: entry < 0 || exit < 0 ? null : (adjusted.close[exit] ?? NaN) / price - 1,
    };
  };
}
