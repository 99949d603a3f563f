import { integersOf } from '../../../data/math/fill-columns.js';
import type { FactorName } from './rank-features.js';
import { FACTORS, RANK_FEATURES, RANK_NAMES, RESIDUAL_LAGS, rankColumn } from './rank-features.js';
import type { GroupMeans } from './group-means.js';
import { createGroupMeans } from './group-means.js';
import type { Section } from './section.js';
import { createRanker, createSection } from './section.js';
import type { SectionBars } from './sections.js';
import { forEachSection } from './sections.js';

/** A symbol whose rank features are compared with those of the others. */
export interface RankedSymbol {
  /** From `ownRankCells`, with the slope and the idiosyncratic volatility filled in; becomes the ranks. */
  readonly cells: Float32Array;
  readonly member: Uint8Array;
  /** From `reachOf`. */
  readonly reach: Int32Array;
  /** 60-session volatility of every row. */
  readonly volatility: Float32Array;
}

const WIDTH = RANK_NAMES.length;
const LAGS = RESIDUAL_LAGS.map((lag) => ({
  market: rankColumn(`market_residual_${lag}`),
  sector: rankColumn(`sector_residual_${lag}`),
}));
const COLUMNS = {
  return1: rankColumn('market_residual_1'),
  sector1: rankColumn('sector_residual_1'),
  sector3: rankColumn('sector_residual_3'),
  momentum: rankColumn('momentum_12_1'),
  beta: rankColumn('beta_120'),
  /** The return over 5 bars until the sum is known. */
  factorSum: rankColumn('factor_sum'),
} as const;
/** Own bars before its own that a cell needs before it is compared. */
const LOOKBACKS = integersOf(RANK_FEATURES, ({ name, lookback }) => {
  const residual = LAGS.findIndex(({ market }) => RANK_NAMES[market] === name);
  return RESIDUAL_LAGS[residual] ?? lookback;
});

/**
 * Turns the cells of all symbols into centred ranks, time by time and in place. What needs other symbols – returns
 * relative to market and sector, the sum of factors – is computed on the way.
 *
 * @param sectors Number of the sector of every symbol.
 * @returns The factors of every symbol, row-major [rows × factors].
 */
export function rankRows(
  symbols: readonly RankedSymbol[],
  sectors: Int32Array,
  bars: SectionBars,
): Float32Array[] {
  const factors = symbols.map(({ member }) => new Float32Array(member.length * FACTORS.length).fill(NaN));
  const section = createSection(sectors, WIDTH);
  const rank = createRanker(section);
  const means = createGroupMeans(section, sectors.reduce((most, sector) => Math.max(most, sector), 0) + 1);
  const sum = new Float32Array(symbols.length);
  const ofSector = new Float64Array(symbols.length);
  forEachSection(bars, (_, present, rows) => {
    const put = (name: FactorName, sign: 1 | -1, column: number): void => {
      putFactor({ section, factors, present, rows }, name, sign, column);
    };
    gather(section, symbols, present, rows);
    put('reversal1', -1, COLUMNS.return1);
    put('reversal5', -1, COLUMNS.factorSum);
    takeOutMeans(section, means, ofSector);
    put('sectorReversal', -1, COLUMNS.sector1);
    put('momentum', 1, COLUMNS.momentum);
    markKnown(section, sum);
    for (let column = 0; column < WIDTH; column += 1) rank(column);
    addRanks(section, sum);
    put('factorSum', 1, COLUMNS.factorSum);
    rank(COLUMNS.factorSum);
    scatter(section, symbols, present, rows);
  });
  const column = FACTORS.findIndex(({ name }) => name === 'lowVolatility');
  symbols.forEach(({ volatility }, index) => {
    volatility.forEach((value, row) => {
      const own = factors[index];
      if (own !== undefined) own[row * FACTORS.length + column] = -value;
    });
  });
  return factors;
}

function gather(
  section: Section,
  symbols: readonly RankedSymbol[],
  present: Int32Array,
  rows: Int32Array,
): void {
  const { values, size } = section;
  values.fill(NaN);
  section.member.fill(0);
  for (let turn = 0; turn < present.length; turn += 1) {
    const at = present[turn] ?? 0;
    const symbol = symbols[at];
    const row = rows[turn] ?? 0;
    if (symbol === undefined) continue;
    const { cells, member, reach } = symbol;
    section.member[at] = member[row] ?? 0;
    const before = reach[row] ?? 0;
    for (let column = 0, cell = row * WIDTH; column < WIDTH; column += 1, cell += 1)
      values[column * size + at] = (LOOKBACKS[column] ?? 0) > before ? NaN : (cells[cell] ?? NaN);
  }
}

function scatter(
  { values, size }: Section,
  symbols: readonly RankedSymbol[],
  present: Int32Array,
  rows: Int32Array,
): void {
  for (let turn = 0; turn < present.length; turn += 1) {
    const at = present[turn] ?? 0;
    const cells = symbols[at]?.cells;
    if (cells === undefined) continue;
    for (let column = 0, cell = (rows[turn] ?? 0) * WIDTH; column < WIDTH; column += 1, cell += 1)
      cells[cell] = values[column * size + at] ?? 0;
  }
}

/** Returns become residuals: relative to the sector in the sector's columns, to beta × market in the market's. */
function takeOutMeans({ values, size }: Section, means: GroupMeans, ofSector: Float64Array): void {
  for (const lag of LAGS) {
    const ofMarket = means(lag.market, ofSector);
    for (let at = 0; at < size; at += 1) {
      const own = values[lag.market * size + at] ?? NaN;
      const beta = values[COLUMNS.beta * size + at] ?? NaN;
      values[lag.sector * size + at] = own - (ofSector[at] ?? NaN);
      values[lag.market * size + at] = own - beta * ofMarket;
    }
  }
}

/** What a factor is read from and written to. */
interface FactorPlace {
  readonly section: Section;
  readonly factors: readonly Float32Array[];
  readonly present: Int32Array;
  readonly rows: Int32Array;
}

function putFactor(
  { section: { values, size }, factors, present, rows }: FactorPlace,
  factor: FactorName,
  sign: 1 | -1,
  column: number,
): void {
  const place = FACTORS.findIndex(({ name }) => name === factor);
  for (let turn = 0; turn < present.length; turn += 1) {
    const at = present[turn] ?? 0;
    const own = factors[at];
    if (own !== undefined)
      own[(rows[turn] ?? 0) * FACTORS.length + place] = sign * (values[column * size + at] ?? NaN);
  }
}

/** Sets `sum` to 0 where the parts of the factor sum are known, momentum aside, and to NaN elsewhere. */
function markKnown({ values, size }: Section, sum: Float32Array): void {
  const of = (column: number, at: number): number => values[column * size + at] ?? NaN;
  for (let at = 0; at < size; at += 1)
    sum[at] = Number.isNaN(of(COLUMNS.sector1, at) + of(COLUMNS.sector3, at) + of(COLUMNS.factorSum, at))
      ? NaN
      : 0;
}

/** Sums of ranks are rounded to a multiple of 1 / this, so that those that differ by rounding errors only are equal. */
const SUM_STEPS = 1_048_576;

/** Replaces the ranked returns over 5 bars by the sum of the factors' ranks. @param sum From {@link markKnown}. */
function addRanks({ values, size }: Section, sum: Float32Array): void {
  const of = (column: number, at: number): number => values[column * size + at] ?? NaN;
  for (let at = 0; at < size; at += 1) {
    const added =
      (sum[at] ?? NaN) +
      of(COLUMNS.momentum, at) -
      of(COLUMNS.sector1, at) -
      of(COLUMNS.sector3, at) -
      of(COLUMNS.factorSum, at);
    values[COLUMNS.factorSum * size + at] = Math.round(added * SUM_STEPS) / SUM_STEPS;
  }
}
