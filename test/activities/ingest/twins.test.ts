import { expect } from 'chai';
import fc from 'fast-check';

import type { DailyCloses } from '../../../activities/ingest/twins.js';
import { dailyCloses, findTwins } from '../../../activities/ingest/twins.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { Random } from '../../../data/random.js';
import { randomStream } from '../../../data/random.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { openIngest } from '../../../activities/ingest/open-ingest.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { needsNse, nseDir, readNseBars, readNseListings } from '../../support/nse.js';

/** Closes on days 0, 1, 2, … that follow given returns. */
function closesOf(symbol: string, returns: readonly number[], start = 100): DailyCloses {
  let close = start;
  return {
    symbol,
    day: Int32Array.from(returns.keys()),
    close: Float64Array.from(returns, (change) => (close *= 1 + change)),
  };
}

function walk(random: Random, days: number, market: readonly number[] = [], beta = 0): number[] {
  return Array.from({ length: days }, (_, day) => 0.012 * random.normal() + beta * (market[day] ?? 0));
}

function pairsOf(closes: readonly DailyCloses[]): string[] {
  return findTwins(closes).map(({ symbols }) => symbols.join(' '));
}

describe('findTwins', () => {
  const random = randomStream([3, 'twins']);
  const market = Array.from({ length: 400 }, () => 0.015 * random.normal());

  it('finds a copy with any scale, noise, rounding, start and order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.integer({ min: 0, max: 200 }),
        fc.boolean(),
        (seed, scale, from, turned) => {
          const stream = randomStream([seed]);
          const original = closesOf('AAA', walk(stream, 300, market, 1), 1000);
          const copy: DailyCloses = {
            symbol: 'BBB',
            day: original.day.slice(from),
            close: original.close.slice(from).map((close) => close * scale * (1 + 1e-4 * stream.normal())),
          };
          const other = closesOf('CCC', walk(stream, 300, market, 1));
          const all = [other, original, copy];
          expect(pairsOf(turned ? all.reverse() : all)).to.deep.equal(['AAA BBB']);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('finds a copy that is adjusted for a split while the original is not, and one with a bad price', () => {
    const returns = walk(random, 300);
    const split = returns.map((change, day) => (day === 150 ? -0.8 : change));
    const print = returns.map((change, day) => (day === 60 ? 9 : day === 61 ? -0.9 : change));
    expect(pairsOf([closesOf('AAA', returns), closesOf('BBB', split), closesOf('CCC', print)])).to.deep.equal(
      ['AAA BBB', 'AAA CCC', 'BBB CCC'],
    );
  });

  it('does not report companies that follow the market closely', () => {
    const close = Array.from({ length: 20 }, (_, i) =>
      closesOf(`S${i}`, walk(random, 400, market, 2 + i / 20), 100 + i),
    );
    expect(pairsOf(close)).to.deep.equal([]);
  });

  it('needs 60 common returns that vary', () => {
    const returns = walk(random, 61);
    const [a, b] = [closesOf('AAA', returns), closesOf('BBB', returns, 7)];
    // 61 closes are 60 returns.
    expect(findTwins([a, b])[0]).to.include({ days: 60 });
    const shorter = { ...b, day: b.day.slice(1), close: b.close.slice(1) };
    expect(findTwins([a, shorter])).to.deep.equal([]);
    const still = (symbol: string): DailyCloses => closesOf(symbol, Array<number>(200).fill(0));
    expect(findTwins([still('AAA'), still('BBB')])).to.deep.equal([]);
    expect(findTwins([])).to.deep.equal([]);
  });

  it('uses the first open and the last close of each day of an intraday series', () => {
    const time = Int32Array.of(10, 20, 1450, 1460, 4330);
    const column = Float64Array.of(1, 2, 3, 4, 5);
    const bars = { symbol: 'X', interval: '5minute' as const, time, close: column, volume: column };
    const closes = dailyCloses({ ...bars, open: column, high: column, low: column });
    expect(closes).to.deep.equal({
      symbol: 'X',
      day: Int32Array.of(0, 1, 3),
      open: Float64Array.of(1, 3, 5),
      close: Float64Array.of(2, 4, 5),
      bars: Int32Array.of(2, 2, 1),
    });
  });

  it('finds nothing in the synthetic universe', async function () {
    this.timeout(300_000);
    const { universe, source } = await openIngest(runInputSchema.parse({}), {
      home: new Home('/nowhere'),
      packageRoot,
    });
    const closes: DailyCloses[] = [];
    for (const { symbol } of universe.members) {
      const { series } = await source.read(symbol);
      if (series !== null) closes.push(dailyCloses(series));
    }
    expect(closes.length).to.be.greaterThan(80);
    expect(pairsOf(closes)).to.deep.equal([]);
  });

  it('finds nothing in the real bars, and a company that is added twice', function () {
    this.timeout(300_000);
    const folder = nseDir();
    needsNse(this, folder);
    const series = readNseListings(folder).map(({ symbol }) => readNseBars(folder, symbol));
    const closes = series.map(dailyCloses);
    expect(closes.length).to.be.greaterThan(40);
    expect(pairsOf(closes)).to.deep.equal([]);

    // Another company's bars, adjusted for a split of the company whose symbol they have, rounded to a tick.
    const reliance = readNseBars(folder, 'RELIANCE');
    const split = { exDate: '2022-07-01', priceFactor: 10, kind: 'split' };
    const forged = adjustSeries({ ...reliance, symbol: 'ZZZ' }, [split]);
    const rounded = { ...forged, close: forged.close.map((close) => Math.round(close * 20) / 20) };
    expect(pairsOf([...closes, dailyCloses(rounded)])).to.deep.equal(['RELIANCE ZZZ']);
  });
});
