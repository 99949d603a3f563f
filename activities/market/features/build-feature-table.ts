import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { offEventLoop } from '../../../data/event-loop.js';
import type { BarSlots } from '../bar-slots.js';
import { ADJACENT_SLOTS } from '../bar-slots.js';
import type { Membership } from '../membership.js';
import { ALL_MEMBERS, memberRows } from '../membership.js';
import { completeCells, crossSections, featureNames } from './cross-sections.js';
import { LOOKBACK_BARS, hasHistory, marketWarmTime } from './lookback.js';
import type { SymbolPart } from './symbol-part.js';
import { symbolPart } from './symbol-part.js';
import { FACTORS, RANK_NAMES, STATE_FIGURES } from '../ranking/rank-features.js';
import type { RankingData, RankingSymbol } from '../ranking/ranking-data.js';
import { rankingData, unknownRanking } from '../ranking/ranking-data.js';
import type { Sectors } from '../sectors.js';
import { NO_SECTORS } from '../sectors.js';
import { marketTimes, placesIn } from '../columns/market-bars.js';
import { relativeColumnsOf, relativeFeatures } from './relative-features.js';

/** What a table depends on beside the bars. */
export interface TableOptions {
  /** @default each bar is in the slot after that of the one before it */
  readonly slots?: BarSlots;
  /** @default every symbol is a member at every date */
  readonly membership?: Membership;
  /** Sector of each symbol; those without one are not listed. @default no symbol has one */
  readonly sectors?: Sectors;
}

/**
 * Features and labels of a universe.
 *
 * Every complete row is bit-identical when later bars are removed or changed (only labels look ahead), when
 * the history starts earlier, and for any order of the input. A row is complete from the
 * {@link LOOKBACK_BARS}th bar of its symbol and the market's {@link marketWarmTime}.
 *
 * @param series Adjusted bars, each symbol once.
 * @throws GurukulError Bug when a symbol occurs twice.
 */
export function buildFeatureTable(
  series: readonly BarSeries[],
  rule: LabelRule,
  { slots = ADJACENT_SLOTS, membership = ALL_MEMBERS, sectors = NO_SECTORS }: TableOptions = {},
): FeatureTable {
  offEventLoop('buildFeatureTable');
  return joinSymbolParts(
    series.map((bars) => symbolPart(bars, rule, slots)),
    rule,
    membership,
    sectors,
  );
}

/**
 * Joins the symbols' parts into the table and fills in the columns that compare symbols: those of the members of
 * the index at the row's date, and nobody else, whether or not the row's symbol is one of them.
 *
 * @param parts One per symbol, computed with the same rule. The list is emptied, so that memory needed only
 * for the cross-sections is freed early; the parts' rows become the table's.
 * @param sectors Sector of each symbol; those without one are not listed.
 * @param predictedFrom The first time, in exchange minutes, whose rows are to be used, and nothing is learnt from them:
 * earlier rows are not complete and not ranked, which is most of the work, and there are no targets. `newest`: the time of
 * the market's newest bar, with earlier rows complete as ever. Absent: all rows are used.
 * @throws GurukulError Bug when a symbol occurs twice.
 */
export function joinSymbolParts(
  parts: SymbolPart[],
  rule: LabelRule,
  membership: Membership,
  sectors: Sectors,
  predictedFrom?: number | 'newest',
): FeatureTable {
  const sorted = parts.splice(0).sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  for (const [index, { symbol }] of sorted.entries())
    if (symbol === sorted[index + 1]?.symbol)
      throw new GurukulError('Bug', `the feature table was given two series of ${symbol}`);

  const times = marketTimes(sorted);
  const places = sorted.map(({ time }) => placesIn(times, time));
  const members = sorted.map(({ symbol, time }) => memberRows(time, membership.get(symbol)));
  const warmTime = Math.max(
    marketWarmTime(sorted.map(({ time }) => time)),
    typeof predictedFrom === 'number' ? predictedFrom : -Infinity,
  );
  const market = crossSections(
    (figure) => (symbol) => sorted[symbol]?.figures[figure] ?? new Float64Array(0),
    { places, members, marketBars: times.length },
    rule,
  );

  const names = featureNames(sorted[0]?.names ?? []);
  const symbols: Omit<SymbolTable, 'relative' | keyof RankingData>[] = [];
  const ranked: RankingSymbol[] = [];
  const remaining = sorted.splice(0).reverse();
  for (const [index, place] of places.entries()) {
    const part = remaining.pop();
    const member = members[index];
    if (part === undefined || member === undefined) continue;
    const { symbol, time, cells, figures, labels, outcomes, ranking } = part;
    const complete = completeCells(cells, part.names.length, figures, market, place, (row) =>
      hasHistory(row, time[row] ?? NaN, warmTime),
    );
    symbols.push({ symbol, time, features: cells, complete, member, ...labels, outcomes });
    ranked.push({ symbol, time, member, return1: figures.return1, outcomes, part: ranking });
  }
  const ranking = rankingData(ranked, {
    ...{ places, over1: market.moments.return1, membership, sectors },
    ...(predictedFrom === undefined
      ? {}
      : {
          first: predictedFrom === 'newest' ? times.length - 1 : lowerBound(times, predictedFrom),
          learnt: false,
        }),
  });
  const relativeColumns = relativeColumnsOf(names);
  const relative = relativeFeatures(symbols, names.length, relativeColumns, places, times.length);
  return {
    names,
    relativeColumns,
    rankNames: RANK_NAMES,
    stateNames: STATE_FIGURES.map(({ name }) => name),
    factorNames: FACTORS.map(({ name }) => name),
    symbols: symbols.map((symbol, index) => ({
      ...symbol,
      ...(ranking[index] ?? unknownRanking(symbol.time.length)),
      relative: relative[index] ?? new Float32Array(0),
    })),
  };
}
