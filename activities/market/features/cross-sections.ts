import type { LabelRule } from '../../../data/schemas/label-rule.js';
import type { MarketMoments, MarketMomentsInput } from '../columns/market-moments.js';
import { marketMoments } from '../columns/market-moments.js';
import { MARKET_COLUMNS, Z_SCORE_COLUMNS } from './cross-sectional-columns.js';
import { LOOKBACK_BARS } from './lookback.js';
import type { MarketFeatures } from './market-features.js';
import { marketFeatures, zScore } from './market-features.js';
import { MARKET_PREFIX } from './relative-features.js';
import type { CrossSectionalFigures } from './symbol-part.js';

type Figure = keyof CrossSectionalFigures;

/** What the features that compare symbols are computed from, at every market bar. */
export interface CrossSections {
  readonly moments: Readonly<Record<Figure, MarketMoments>>;
  readonly features: MarketFeatures;
}

/** @param valuesOf Column of a symbol, by figure: see `MarketMomentsInput`. */
export function crossSections(
  valuesOf: (figure: Figure) => MarketMomentsInput['valuesOf'],
  market: Pick<MarketMomentsInput, 'places' | 'members' | 'marketBars'>,
  rule: LabelRule,
): CrossSections {
  const momentsOf = (figure: Figure, lookback: number): MarketMoments =>
    marketMoments({ ...market, valuesOf: valuesOf(figure), lookback });
  const moments = {
    return1: momentsOf('return1', 1),
    return5: momentsOf('return5', 5),
    return20: momentsOf('return20', 20),
    volatility20: momentsOf('volatility20', 20),
    rsi14: momentsOf('rsi14', LOOKBACK_BARS - 1),
  };
  const { return1: over1, return5: over5, return20: over20 } = moments;
  return { moments, features: marketFeatures({ over1, over5, over20 }, rule) };
}

/** Names of all features, in column order. @param own Names of a symbol's own features. */
export function featureNames(own: readonly string[]): string[] {
  return [
    ...own,
    ...MARKET_COLUMNS.map(({ name }) => `${MARKET_PREFIX}${name}`),
    ...Z_SCORE_COLUMNS.map(({ name }) => `z_${name}`),
  ];
}

/**
 * Fills in the columns that compare symbols, and sets the cells of rows that are not complete to NaN.
 *
 * @param own Number of a symbol's own features.
 * @param place The index of each bar in the market bars.
 * @param isWarm Whether a row's history is long enough.
 * @returns 1 for every row after the warm-up whose features are all known.
 */
export function completeCells(
  cells: Float32Array,
  own: number,
  figures: CrossSectionalFigures,
  { moments, features }: CrossSections,
  place: Int32Array,
  isWarm: (row: number) => boolean,
): Uint8Array {
  const rows: Rows = { width: own + MARKET_COLUMNS.length + Z_SCORE_COLUMNS.length, cells };
  MARKET_COLUMNS.forEach(({ of, bound }, column) => {
    const values = features[of];
    putColumn(rows, own + column, -bound, bound, (row) => values[place[row] ?? 0] ?? NaN);
  });
  Z_SCORE_COLUMNS.forEach(({ of }, column) => {
    const [values, market] = [figures[of], moments[of]];
    putColumn(rows, own + MARKET_COLUMNS.length + column, -4, 4, (row) =>
      zScore(values[row] ?? NaN, market, place[row] ?? 0),
    );
  });
  return markComplete(rows, place.length, isWarm);
}

/** Rows of float32, filled column by column. */
interface Rows {
  readonly width: number;
  readonly cells: Float32Array;
}

function putColumn(
  { width, cells }: Rows,
  column: number,
  low: number,
  high: number,
  value: (row: number) => number,
): void {
  for (let row = 0, cell = column; cell < cells.length; row += 1, cell += width)
    cells[cell] = Math.min(high, Math.max(low, value(row)));
}

/** 1 for every row after the warm-up whose features are all known; sets the cells of the other rows to NaN. */
function markComplete({ width, cells }: Rows, rows: number, isWarm: (row: number) => boolean): Uint8Array {
  const complete = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let known = isWarm(row);
    const end = (row + 1) * width;
    for (let cell = row * width; known && cell < end; cell += 1) known = Number.isFinite(cells[cell]);
    if (known) complete[row] = 1;
    else cells.fill(NaN, row * width, end);
  }
  return complete;
}
