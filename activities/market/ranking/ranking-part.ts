import type { BarSeries } from '../../../data/bars/series.js';
import type { SharedColumns } from './own-columns.js';
import { ownRankCells } from './own-columns.js';
import type { SessionFigures } from './sessions.js';
import { sessionFigures } from './sessions.js';

/** What the ranking data of a symbol is made from that depends on its own bars alone. */
export interface RankingPart {
  /** From `ownRankCells`. */
  readonly cells: Float32Array;
  readonly sessions: SessionFigures;
}

/** @param bars Adjusted bars. */
export function rankingPart(bars: BarSeries, shared: SharedColumns): RankingPart {
  return { cells: ownRankCells(bars, shared), sessions: sessionFigures(bars, shared) };
}
