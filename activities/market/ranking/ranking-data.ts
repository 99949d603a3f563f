import { integersOf } from '../../../data/math/fill-columns.js';
import { NO_SECTOR } from '../../stats/regression.js';
import type { MarketMoments } from '../columns/market-moments.js';
import type { Outcomes, SymbolTable } from '../feature-table.js';
import { OUTCOME_HORIZONS } from '../labels/outcomes.js';
import type { Membership } from '../membership.js';
import { marketExposures } from './exposures.js';
import { marketSlope } from './market-slope.js';
import { marketState } from './market-state.js';
import { FACTORS, RANK_NAMES, STATE_FIGURES, rankColumn } from './rank-features.js';
import { rankRows } from './rank-rows.js';
import type { RankingPart } from './ranking-part.js';
import { reachOf } from '../columns/reach.js';
import { neutralTargets } from './targets.js';

/** The columns of a table that rankings are learned from and judged by. */
export type RankingData = Pick<
  SymbolTable,
  'ranks' | 'state' | 'factors' | 'exposures' | 'targets' | 'sector'
>;

/** What the ranking data of a symbol is made from. */
export interface RankingSymbol {
  readonly symbol: string;
  readonly time: Int32Array;
  readonly member: Uint8Array;
  /** Log return of every bar. */
  readonly return1: Float64Array;
  readonly outcomes: Outcomes;
  /** Its cells become the ranks. */
  readonly part: RankingPart;
}

/** The market that symbols are compared in. */
export interface RankingMarket {
  /** For each symbol, the index of each bar in the market bars. */
  readonly places: readonly Int32Array[];
  /** Moments of the members' log returns over a bar, at every market bar. */
  readonly over1: MarketMoments;
  readonly membership: Membership;
  /** By symbol; symbols without one are not listed. */
  readonly sectors: ReadonlyMap<string, string>;
  /** The first market bar that is ranked; rows before it have no ranks, factors and targets. @default 0 */
  readonly first?: number;
  /** Whether rows are learnt from, and have targets. @default true */
  readonly learnt?: boolean;
}

/**
 * Ranking data of every symbol. Apart from the targets, which look ahead, a row's values depend on bars up to its own:
 * on those of the last RANK_LOOKBACK_MARKET_BARS market bars, and EXPOSURE_LOOKBACK_SESSIONS sessions for exposures.
 */
export function rankingData(symbols: readonly RankingSymbol[], market: RankingMarket): RankingData[] {
  const { places, over1, membership, sectors, first = 0, learnt = true } = market;
  const bars = { places, marketBars: over1.mean.length, first };
  const numbers = sectorNumbers(symbols, sectors);
  const reaches = places.map(reachOf);
  const exposuresOf = marketExposures(
    symbols.map(({ symbol, time, part: { sessions } }) => ({ symbol, time, sessions: sessions.time })),
    membership,
    (symbol) => symbols[symbol]?.part.sessions.return1 ?? new Float64Array(0),
  );
  const exposures = symbols.map(({ return1, part: { cells, sessions } }, index) =>
    exposuresOf(
      index,
      sessions,
      putSlope(cells, return1, over1.mean, places[index] ?? NO_ROWS, reaches[index] ?? NO_ROWS),
    ),
  );
  const factors = rankRows(
    symbols.map(({ member, part: { cells } }, index) => ({
      ...{ cells, member },
      reach: reaches[index] ?? NO_ROWS,
      volatility: exposures[index]?.volatility ?? new Float32Array(0),
    })),
    numbers,
    bars,
  );
  const targets = neutralTargets(
    symbols.map(({ outcomes, member }, index) => ({
      ...{ outcomes, member },
      exposures: exposures[index] ?? NO_EXPOSURES,
    })),
    numbers,
    learnt ? bars : { ...bars, first: bars.marketBars },
  );
  const state = marketState(over1);
  return symbols.map(({ symbol, part: { cells } }, index) => ({
    ranks: cells,
    state: stateOfRows(state, places[index] ?? NO_ROWS),
    factors: factors[index] ?? new Float32Array(0),
    exposures: exposures[index] ?? NO_EXPOSURES,
    targets: targets[index] ?? [],
    sector: sectors.get(symbol) ?? null,
  }));
}

const NO_ROWS = new Int32Array(0);
const NO_EXPOSURES = {
  volatility: new Float32Array(0),
  beta: new Float32Array(0),
  tradedValue: new Float32Array(0),
};

/** A number for the sector of each symbol. */
export function sectorNumbers(
  symbols: readonly { readonly symbol: string }[],
  sectors: RankingMarket['sectors'],
): Int32Array {
  const names = [...new Set(symbols.flatMap(({ symbol }) => sectors.get(symbol) ?? []))].sort();
  return integersOf(symbols, ({ symbol }) => {
    const sector = sectors.get(symbol);
    return sector === undefined ? NO_SECTOR : names.indexOf(sector) + 1;
  });
}

/**
 * Fills in the rank cells that compare a symbol with the market.
 *
 * @param cells From `ownRankCells`.
 * @param market Mean log return of the members at every market bar.
 * @returns Beta of every bar.
 */
export function putSlope(
  cells: Float32Array,
  return1: Float64Array,
  market: Float64Array,
  place: Int32Array,
  reach: Int32Array,
): Float32Array {
  const { beta, idiosyncratic } = marketSlope(return1, market, place, reach);
  putColumn(cells, 'beta_120', beta);
  putColumn(cells, 'idiosyncratic_volatility_60', idiosyncratic);
  return beta;
}

function putColumn(cells: Float32Array, name: string, values: Float32Array): void {
  const width = RANK_NAMES.length;
  const column = rankColumn(name);
  values.forEach((value, row) => (cells[row * width + column] = value));
}

/** The state of the market at every row. @param state From `marketState`. */
export function stateOfRows(state: Float32Array, places: Int32Array): Float32Array {
  const width = STATE_FIGURES.length;
  const rows = new Float32Array(places.length * width);
  places.forEach((place, row) => {
    for (let column = 0; column < width; column += 1)
      rows[row * width + column] = state[place * width + column] ?? 0;
  });
  return rows;
}

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
