import { expect } from 'chai';

import type { FeatureTable } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { LOOKBACK_BARS, LOOKBACK_MARKET_BARS } from '../../../../activities/market/features/lookback.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import { GurukulError } from '../../../../data/errors.js';
import { syntheticMarket, syntheticSeries } from '../synthetic-market.js';

const rule = { horizon: 5, threshold: 0.02 };

/** A feature of a row. */
function read(table: FeatureTable, symbol: string, row: number, name: string): number {
  const column = table.names.indexOf(name);
  expect(column, name).to.be.at.least(0);
  const found = table.symbols.find((entry) => entry.symbol === symbol);
  return found?.features[row * table.names.length + column] ?? NaN;
}

function scaled(series: BarSeries, price: number, volume: number): BarSeries {
  return {
    ...series,
    open: series.open.map((value) => value * price),
    high: series.high.map((value) => value * price),
    low: series.low.map((value) => value * price),
    close: series.close.map((value) => value * price),
    volume: series.volume.map((value) => value * volume),
  };
}

describe('buildFeatureTable', () => {
  const market = syntheticMarket();
  const table = buildFeatureTable(market, rule);

  it('names each feature once and keeps every bar', () => {
    expect(new Set(table.names).size).to.equal(table.names.length);
    expect(table.names.length).to.be.within(24, 40);
    table.symbols.forEach((symbol, index) => {
      expect(Array.from(symbol.time)).to.deep.equal(Array.from(market[index]?.time ?? []));
      expect(symbol.features).to.have.length(symbol.time.length * table.names.length);
    });
  });

  it('has complete rows from the stated lookback on, and all NaN before', () => {
    for (const symbol of table.symbols) {
      const width = table.names.length;
      symbol.complete.forEach((complete, row) => {
        const cells = symbol.features.subarray(row * width, (row + 1) * width);
        expect(cells.every((cell) => (complete === 1 ? Number.isFinite(cell) : Number.isNaN(cell)))).to.equal(
          true,
        );
      });
      // ALPHA trades on every day of the market; the others need more time to collect their own bars.
      const first = symbol.complete.indexOf(1);
      if (symbol.symbol === 'ALPHA') expect(first).to.equal(LOOKBACK_MARKET_BARS - 1);
      if (symbol.symbol === 'LATE') expect(first).to.equal(LOOKBACK_BARS - 1);
      expect(symbol.complete.subarray(first).every((complete) => complete === 1)).to.equal(true);
    }
  });

  it('computes the features that the names describe', () => {
    const alpha = market[0];
    if (alpha === undefined) throw new Error('no series');
    const row = 200;
    const { open, high, low, close } = alpha;
    const at = (values: Float64Array, bar: number): number => values[bar] ?? NaN;
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const lastCloses = (count: number): number[] => Array.from(close.subarray(row - count + 1, row + 1));
    const near = (name: string, value: number): void => {
      expect(read(table, 'ALPHA', row, name), name).to.be.closeTo(value, 1e-6 * Math.max(1, Math.abs(value)));
    };
    near('return_1', Math.log(at(close, row) / at(close, row - 1)));
    near('return_60', Math.log(at(close, row) / at(close, row - 60)));
    near('gap', Math.log(at(open, row) / at(close, row - 1)));
    near('bar_range', Math.log(at(high, row) / at(low, row)));
    near('distance_sma_50', Math.log(at(close, row) / mean(lastCloses(50))));
    const returns = Array.from({ length: 20 }, (_, back) =>
      Math.log(at(close, row - back) / at(close, row - back - 1)),
    );
    const deviation = Math.sqrt(mean(returns.map((value) => (value - mean(returns)) ** 2)));
    near('volatility_20', Math.log((deviation * Math.sqrt(5)) / 0.02));
    const highest = Math.max(...high.subarray(row - 19, row + 1));
    const lowest = Math.min(...low.subarray(row - 19, row + 1));
    near('range_position_20', (2 * (at(close, row) - lowest)) / (highest - lowest) - 1);
  });

  it('compares only symbols without long gaps', () => {
    // GAMMA returns on day 175 after 55 days: its return over the gap must not count in the market.
    const time = market[0]?.time[175] ?? 0;
    const members = market.filter(({ symbol, time: times }) => symbol !== 'GAMMA' && times.includes(time));
    const returns = members.map(({ time: times, close }) => {
      const bar = times.indexOf(time);
      return Math.log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN));
    });
    const mean = returns.reduce((a, b) => a + b, 0) / returns.length;
    const deviation = Math.sqrt(returns.reduce((a, b) => a + (b - mean) ** 2, 0) / returns.length);
    expect(read(table, 'ALPHA', 175, 'market_return_1')).to.be.closeTo(mean, 1e-7);
    const z = ((returns[0] ?? NaN) - mean) / deviation;
    expect(read(table, 'ALPHA', 175, 'z_return_1')).to.be.closeTo(z, 1e-5);
  });

  it('does not depend on the price level or the share count', () => {
    const rescaled = buildFeatureTable(
      market.map((series, index) => scaled(series, 0.01 * 7 ** index, 1)),
      rule,
    );
    rescaled.symbols.forEach((symbol, index) => {
      symbol.features.forEach((cell, at) => {
        const before = table.symbols[index]?.features[at] ?? NaN;
        if (Number.isNaN(before)) return;
        expect(cell, table.names[at % table.names.length]).to.be.closeTo(before, 1e-4);
      });
    });
    const volumes = buildFeatureTable(
      market.map((series) => scaled(series, 1, 10)),
      rule,
    );
    const row = 200;
    expect(read(volumes, 'ALPHA', row, 'volume_20')).to.be.closeTo(
      read(table, 'ALPHA', row, 'volume_20'),
      1e-3,
    );
  });

  it('does not depend on the order of its input', () => {
    expect(buildFeatureTable([...market].reverse(), rule)).to.deep.equal(table);
  });

  it('clips outliers', () => {
    const [alpha, ...others] = market;
    if (alpha === undefined) throw new Error('no series');
    const outlier = scaled(alpha, 1, 1);
    for (const column of [outlier.open, outlier.high, outlier.low, outlier.close])
      column[200] = (column[200] ?? 0) * 50;
    const clipped = buildFeatureTable([outlier, ...others], rule);
    for (const name of clipped.names)
      expect(Math.abs(read(clipped, 'ALPHA', 200, name)), name).to.be.at.most(8);
    expect(read(clipped, 'ALPHA', 200, 'return_1')).to.be.closeTo(0.25, 1e-6);
  });

  it('handles a single symbol, a symbol without bars and a constant price', () => {
    const alone = buildFeatureTable([syntheticSeries('SOLO', 100)], rule);
    expect(alone.symbols[0]?.complete[99]).to.equal(1);
    expect(read(alone, 'SOLO', 99, 'z_return_1')).to.equal(0);

    const empty = syntheticSeries('NONE', 0);
    const flat = syntheticSeries('FLAT', 100);
    for (const column of [flat.open, flat.high, flat.low, flat.close]) column.fill(10);
    flat.volume.fill(0);
    const odd = buildFeatureTable([empty, flat], rule);
    expect(odd.symbols.map(({ complete }) => complete.length)).to.deep.equal([100, 0]);
    expect(odd.symbols[0]?.complete[99]).to.equal(1);
    expect(buildFeatureTable([], rule).symbols).to.deep.equal([]);
  });

  it('rejects a symbol that occurs twice', () => {
    const twice = [syntheticSeries('SAME', 5), syntheticSeries('SAME', 5)];
    expect(() => buildFeatureTable(twice, rule)).to.throw(GurukulError, /two series of SAME/);
  });

  it('scales volatility by any threshold', () => {
    for (const threshold of [0, -0.02, 0.0001, 0.5]) {
      const other = buildFeatureTable(market, { horizon: 1, threshold });
      expect(other.symbols[0]?.complete[200]).to.equal(1);
      // Inside its bounds: a clipped feature would be constant.
      expect(Math.abs(read(other, 'ALPHA', 200, 'volatility_20'))).to.be.below(8);
    }
  });

  it('computes the NIFTY 100 over five years in about a second', function () {
    this.timeout(300_000);
    const universe = Array.from({ length: 96 }, (_, index) => syntheticSeries(`S${100 + index}`, 1243));
    buildFeatureTable(universe.slice(0, 10), rule);
    // CPU time: wall time depends on what else the machine does.
    const started = process.cpuUsage();
    buildFeatureTable(universe, rule);
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    console.log(`      ${seconds.toFixed(2)} s`);
    // Ten times what it takes on a busy machine with two cores: only the order of magnitude is tested.
    expect(seconds).to.be.below(10);
  });
});
