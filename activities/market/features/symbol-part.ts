import type { BarSeries } from '../../../data/bars/series.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { entryChoice } from '../../../data/schemas/label-rule.js';
import type { Outcomes } from '../feature-table.js';
import type { Labels } from '../labels/labels.js';
import { labelBars } from '../labels/labels.js';
import { OUTCOME_HORIZONS, horizonReturns } from '../labels/outcomes.js';
import type { BarSlots } from '../bar-slots.js';
import type { RankingPart } from '../ranking/ranking-part.js';
import { rankingPart } from '../ranking/ranking-part.js';
import { MARKET_COLUMNS, Z_SCORE_COLUMNS } from './cross-sectional-columns.js';
import type { SymbolFeatures } from './symbol-features.js';
import { symbolFeatures } from './symbol-features.js';

/** Figures of a symbol that are compared across the market. */
export type CrossSectionalFigures = Pick<SymbolFeatures, (typeof Z_SCORE_COLUMNS)[number]['of']>;

/**
 * Everything in the feature table that depends on one symbol's bars alone: its own features, its labels, and
 * the figures that cross-sections need. Intermediate columns are not kept: for millions of bars they would
 * take more memory than everything else together.
 */
export interface SymbolPart {
  readonly symbol: string;
  /** Bar time in exchange minutes. */
  readonly time: Int32Array;
  /** Names of the symbol's own features: the first columns of `cells`. */
  readonly names: readonly string[];
  /** Rows of the feature table, row-major; the columns after the symbol's own are filled later. */
  readonly cells: Float32Array;
  readonly figures: CrossSectionalFigures;
  readonly labels: Labels;
  readonly outcomes: Outcomes;
  readonly ranking: RankingPart;
}

/** A copy that can be joined into a table of its own: joining changes the cells. */
export function copyOfPart(part: SymbolPart): SymbolPart {
  const { cells, ranking } = part;
  return { ...part, cells: cells.slice(), ranking: { ...ranking, cells: ranking.cells.slice() } };
}

/** @param bars Adjusted bars. */
export function symbolPart(bars: BarSeries, rule: LabelRule, slots: BarSlots): SymbolPart {
  const { columns, return5, return20, volatility20, rsi14, ...shared } = symbolFeatures(bars, rule);
  const { return1 } = shared;
  const width = columns.length + MARKET_COLUMNS.length + Z_SCORE_COLUMNS.length;
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
    labels: labelBars(bars, rule, slots),
    outcomes: horizonReturns(bars, slots, entryChoice(rule), OUTCOME_HORIZONS),
    ranking: rankingPart(bars, shared),
  };
}
