import type { BarSeries } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { LOOKBACK_BARS, LOOKBACK_MARKET_BARS } from './lookback.js';
import type { CrossSection } from './market-features.js';
import { crossSection, marketFeatures, zScore } from './market-features.js';
import type { AcrossFigures, OwnPart } from './own-part.js';
import { ownPart } from './own-part.js';
import { MARKET_COLUMNS, RELATIVE_COLUMNS } from './cross-columns.js';
import { MARKET_PREFIX, columnsOfSymbols, relativeFeatures } from './relative-features.js';

/**
 * Features and labels of a universe.
 *
 * What holds for every complete row, bit for bit: it is the same when all later bars are cut off or
 * changed (only labels look ahead), when the history starts earlier, and whatever the order of the input.
 * A row is complete from the {@link LOOKBACK_BARS}th bar of its symbol and the
 * {@link LOOKBACK_MARKET_BARS}th bar of the market on.
 *
 * @param series Adjusted bars, each symbol once.
 * @throws GurukulError Bug when a symbol comes twice.
 */
export function buildFeatureTable(series: readonly BarSeries[], rule: LabelRule): FeatureTable {
  return joinOwnParts(
    series.map((bars) => ownPart(bars, rule)),
    rule,
  );
}

/**
 * Joins what the symbols' own bars say into the table, with what only shows across them.
 *
 * @param parts One a symbol, made by the same rule. Taken off the list one by one, so that what was only
 * needed for the cross-sections is let go, and their rows become the table's.
 * @throws GurukulError Bug when a symbol comes twice.
 */
export function joinOwnParts(parts: OwnPart[], rule: LabelRule): FeatureTable {
  const own = parts.splice(0).sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  for (const [index, { symbol }] of own.entries())
    if (symbol === own[index + 1]?.symbol)
      throw new GurukulError('Bug', `two series of ${symbol} were given for one feature table`);

  const times = marketTimes(own);
  const places = own.map(({ time }) => placesIn(times, time));
  const across = (pick: (figures: AcrossFigures) => Float64Array, lookback: number): CrossSection =>
    crossSection({
      values: own.map(({ figures }) => pick(figures)),
      places,
      lookback,
      marketBars: times.length,
    });
  const sections = {
    return1: across(({ return1 }) => return1, 1),
    return5: across(({ return5 }) => return5, 5),
    return20: across(({ return20 }) => return20, 20),
    volatility20: across(({ volatility20 }) => volatility20, 20),
    rsi14: across(({ rsi14 }) => rsi14, LOOKBACK_BARS - 1),
  };
  const market = marketFeatures(
    { over1: sections.return1, over5: sections.return5, over20: sections.return20 },
    rule,
  );

  const names = [
    ...(own[0]?.names ?? []),
    ...MARKET_COLUMNS.map(({ name }) => `${MARKET_PREFIX}${name}`),
    ...RELATIVE_COLUMNS.map(({ name }) => `z_${name}`),
  ];
  const symbols: Omit<SymbolTable, 'relative'>[] = [];
  const waiting = own.splice(0).reverse();
  for (const place of places) {
    const part = waiting.pop();
    if (part === undefined) continue;
    const { symbol, time, cells, figures, labels } = part;
    const first = part.names.length;
    const rows: Rows = { width: names.length, cells };
    MARKET_COLUMNS.forEach(({ of, bound }, column) => {
      const values = market[of];
      putColumn(rows, first + column, -bound, bound, (row) => values[place[row] ?? 0] ?? NaN);
    });
    RELATIVE_COLUMNS.forEach(({ of }, column) => {
      const [values, section] = [figures[of], sections[of]];
      putColumn(rows, first + MARKET_COLUMNS.length + column, -4, 4, (row) =>
        zScore(values[row] ?? NaN, section, place[row] ?? 0),
      );
    });
    symbols.push({ symbol, time, features: cells, complete: markComplete(rows, place), ...labels });
  }
  const relativeColumns = columnsOfSymbols(names);
  const relative = relativeFeatures(symbols, names.length, relativeColumns, places, times.length);
  return {
    names,
    relativeColumns,
    symbols: symbols.map((symbol, index) => ({
      ...symbol,
      relative: relative[index] ?? new Float32Array(0),
    })),
  };
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

/** 1 for every row past its warm-up in which all is known; the cells of the others are made NaN. */
function markComplete({ width, cells }: Rows, place: Int32Array): Uint8Array {
  const complete = new Uint8Array(place.length);
  for (let row = 0; row < place.length; row += 1) {
    let known = row >= LOOKBACK_BARS - 1 && (place[row] ?? 0) >= LOOKBACK_MARKET_BARS - 1;
    const end = (row + 1) * width;
    for (let cell = row * width; known && cell < end; cell += 1) known = Number.isFinite(cells[cell]);
    if (known) complete[row] = 1;
    else cells.fill(NaN, row * width, end);
  }
  return complete;
}

/** Every time at which any symbol has a bar, rising. */
function marketTimes(series: readonly Pick<OwnPart, 'time'>[]): Int32Array {
  const times = new Set<number>();
  for (const { time } of series) for (const minutes of time) times.add(minutes);
  return Int32Array.from(times).sort();
}

/** The place of each bar among the market's times. */
function placesIn(times: Int32Array, time: Int32Array): Int32Array {
  let place = 0;
  return time.map((minutes) => {
    while ((times[place] ?? Infinity) < minutes) place += 1;
    return place;
  });
}
