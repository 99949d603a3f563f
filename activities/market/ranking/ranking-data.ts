import type { SymbolTable } from '../feature-table.js';
import { OUTCOME_HORIZONS } from '../labels/outcomes.js';
import { FACTORS, RANK_NAMES, STATE_FIGURES } from './rank-features.js';

/** The columns of a table that rankings are learned from and judged by. */
export type RankingData = Pick<
  SymbolTable,
  'ranks' | 'state' | 'factors' | 'exposures' | 'targets' | 'sector'
>;

/** Ranking data of rows of which nothing is known. */
export function unknownRanking(rows: number): RankingData {
  const unknown = (width = 1): Float32Array => new Float32Array(rows * width).fill(NaN);
  return {
    ranks: new Float32Array(rows * RANK_NAMES.length),
    state: new Float32Array(rows * STATE_FIGURES.length),
    factors: unknown(FACTORS.length),
    exposures: { volatility: unknown(), beta: unknown(), tradedValue: unknown() },
    targets: OUTCOME_HORIZONS.map(() => unknown()),
    sector: null,
  };
}
