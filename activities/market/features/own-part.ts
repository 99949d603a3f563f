import type { BarSeries } from '../../../data/bars/series.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import type { Labels } from '../labels/labels.js';
import { labelBars } from '../labels/labels.js';
import { MARKET_COLUMNS, RELATIVE_COLUMNS } from './cross-columns.js';
import type { OwnFeatures } from './own-features.js';
import { ownFeatures } from './own-features.js';

/** The figures of a symbol that are compared across the market. */
export type AcrossFigures = Pick<OwnFeatures, (typeof RELATIVE_COLUMNS)[number]['of']>;

/**
 * What a symbol's own bars say: its features and labels, and what the cross-sections need of them. Of
 * millions of bars, the columns in between would take more memory than all else together.
 */
export interface OwnPart {
  readonly symbol: string;
  /** Bar time in exchange minutes. */
  readonly time: Int32Array;
  /** Of the first columns of `cells`. */
  readonly names: readonly string[];
  /** Rows of the feature table, row-major; the columns after the symbol's own are still to be filled. */
  readonly cells: Float32Array;
  readonly figures: AcrossFigures;
  readonly labels: Labels;
}

/** @param bars Adjusted bars. */
export function ownPart(bars: BarSeries, rule: LabelRule): OwnPart {
  const { columns, return1, return5, return20, volatility20, rsi14 } = ownFeatures(bars, rule);
  const width = columns.length + MARKET_COLUMNS.length + RELATIVE_COLUMNS.length;
  const cells = new Float32Array(bars.time.length * width);
  columns.forEach(({ values, low, high }, column) => {
    for (let row = 0, cell = column; row < values.length; row += 1, cell += width)
      cells[cell] = Math.min(high, Math.max(low, values[row] ?? NaN));
  });
  return {
    symbol: bars.symbol,
    time: bars.time,
    names: columns.map(({ name }) => name),
    cells,
    figures: { return1, return5, return20, volatility20, rsi14 },
    labels: labelBars(bars, rule),
  };
}
