import type { BarSeries } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { labelBars } from '../labels.js';
import { LOOKBACK_BARS, LOOKBACK_MARKET_BARS } from './lookback.js';
import type { CrossSection } from './market-features.js';
import { crossSection, marketFeatures, zScore } from './market-features.js';
import type { FeatureColumn, OwnFeatures } from './own-features.js';
import { ownFeatures } from './own-features.js';
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
  const sorted = [...series].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  for (const [index, { symbol }] of sorted.entries())
    if (symbol === sorted[index + 1]?.symbol)
      throw new GurukulError('Bug', `two series of ${symbol} were given for one feature table`);

  const times = marketTimes(sorted);
  const places = sorted.map(({ time }) => placesIn(times, time));
  const own = sorted.map((bars) => ownFeatures(bars, rule));
  const across = (pick: (features: OwnFeatures) => Float64Array, lookback: number): CrossSection =>
    crossSection({ values: own.map(pick), places, lookback, marketBars: times.length });
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

  let names: readonly string[] = [];
  const symbols = sorted.map((bars, index): Omit<SymbolTable, 'relative'> => {
    const place = places[index] ?? new Int32Array(0);
    const features = own[index] ?? ownFeatures(bars, rule);
    const atMarket = (name: string, values: Float64Array, bound: number): FeatureColumn => ({
      name: `${MARKET_PREFIX}${name}`,
      values: Float64Array.from(place, (here) => values[here] ?? NaN),
      low: -bound,
      high: bound,
    });
    const relative = (name: string, values: Float64Array, section: CrossSection): FeatureColumn => ({
      name: `z_${name}`,
      values: values.map((value, bar) => zScore(value, section, place[bar] ?? 0)),
      low: -4,
      high: 4,
    });
    const columns = [
      ...features.columns,
      atMarket('return_1', market.return1, 0.15),
      atMarket('return_5', market.return5, 0.3),
      atMarket('return_20', market.return20, 0.6),
      atMarket('dispersion', market.dispersion, 8),
      atMarket('volatility_20', market.volatility20, 8),
      relative('return_1', features.return1, sections.return1),
      relative('return_5', features.return5, sections.return5),
      relative('return_20', features.return20, sections.return20),
      relative('volatility_20', features.volatility20, sections.volatility20),
      relative('rsi_14', features.rsi14, sections.rsi14),
    ];
    names = columns.map(({ name }) => name);
    return {
      symbol: bars.symbol,
      time: bars.time,
      ...packRows(columns, place),
      ...labelBars(bars, rule),
    };
  });
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

/** Rows of float32 from columns, clipped; rows of the warm-up or with anything unknown are all NaN. */
function packRows(
  columns: readonly FeatureColumn[],
  place: Int32Array,
): Pick<SymbolTable, 'features' | 'complete'> {
  const width = columns.length;
  const features = new Float32Array(place.length * width);
  const complete = new Uint8Array(place.length);
  columns.forEach(({ values, low, high }, column) => {
    for (let row = 0; row < place.length; row += 1)
      features[row * width + column] = Math.min(high, Math.max(low, values[row] ?? NaN));
  });
  for (let row = 0; row < place.length; row += 1) {
    const cells = features.subarray(row * width, (row + 1) * width);
    const warm = row >= LOOKBACK_BARS - 1 && (place[row] ?? 0) >= LOOKBACK_MARKET_BARS - 1;
    if (warm && cells.every((cell) => Number.isFinite(cell))) complete[row] = 1;
    else cells.fill(NaN);
  }
  return { features, complete };
}

/** Every time at which any symbol has a bar, rising. */
function marketTimes(series: readonly BarSeries[]): Int32Array {
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
