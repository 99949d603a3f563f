import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { ema, macdLine } from '../../../../activities/teach/features/moving-averages.js';
import {
  rangePosition,
  rollingDeviation,
  rollingMean,
  rollingZScore,
} from '../../../../activities/teach/features/rolling.js';
import { restarted } from '../../../../activities/teach/features/stretch.js';
import {
  restartedAdx,
  restartedAtr,
  restartedRsi,
} from '../../../../activities/teach/features/restarted-wilder.js';
import { adx, atr, closeMoves, directionalMoves, rsi } from '../../../../activities/teach/features/wilder.js';

const NONE = new Float64Array(0);
import { packageRoot } from '../../../../data/store/package-root.js';

const column = z
  .array(z.number().nullable())
  .transform((values) => Float64Array.from(values, (v) => v ?? NaN));
const goldenSchema = z.object({
  talib: z.string(),
  cases: z.array(
    z.object({
      seed: z.number(),
      bars: z.object({ high: column, low: column, close: column }),
      figures: z.record(z.string(), column),
    }),
  ),
});
const golden = goldenSchema.parse(
  JSON.parse(readFileSync(path.join(packageRoot, 'test/golden/indicators/golden.json'), 'utf8')),
);

type Bars = (typeof golden.cases)[number]['bars'];

/** Bollinger band: mean ± 2 deviations. */
function band({ close }: Bars, sign: number): Float64Array {
  const deviation = rollingDeviation(close, 20);
  return rollingMean(close, 20).map((mean, bar) => mean + 2 * sign * (deviation[bar] ?? NaN));
}

/** Ours, by the name of TA-Lib's figure. */
const INDICATORS: Readonly<Record<string, (bars: Bars) => Float64Array>> = {
  sma10: ({ close }) => rollingMean(close, 10),
  sma50: ({ close }) => rollingMean(close, 50),
  ema10: ({ close }) => ema(close, 10),
  ema20: ({ close }) => ema(close, 20),
  ema50: ({ close }) => ema(close, 50),
  stddev20: ({ close }) => rollingDeviation(close, 20),
  rsi7: ({ close }) => rsi(close, 7),
  rsi14: ({ close }) => rsi(close, 14),
  macd: ({ close }) => macdLine(close, 12, 26),
  macd_signal: ({ close }) => {
    const line = macdLine(close, 12, 26);
    return ema(line, 9, { from: 25, to: close.length, out: new Float64Array(close.length).fill(NaN) });
  },
  atr14: (bars) => atr(bars, 14),
  adx14: (bars) => adx(bars, 14),
  adx7: (bars) => adx(bars, 7),
  bollinger_upper: (bars) => band(bars, 1),
  bollinger_middle: ({ close }) => rollingMean(close, 20),
  bollinger_lower: (bars) => band(bars, -1),
  stoch_fast_k20: ({ high, low, close }) => rangePosition(high, low, close, 20).map((share) => 100 * share),
};

describe('indicators', () => {
  it('has a golden figure for each, and each golden figure an indicator', () => {
    for (const { figures } of golden.cases)
      expect(Object.keys(figures).sort()).to.deep.equal(Object.keys(INDICATORS).sort());
  });

  for (const { seed, bars, figures } of golden.cases)
    for (const [name, indicator] of Object.entries(INDICATORS))
      it(`${name} is TA-Lib's to 1e-9 (bars ${seed})`, () => {
        const expected = figures[name] ?? new Float64Array(0);
        const actual = indicator(bars);
        let compared = 0;
        expected.forEach((value, bar) => {
          if (Number.isNaN(value)) return;
          const error = Math.abs((actual[bar] ?? NaN) - value) / Math.max(1, Math.abs(value));
          expect(error, `bar ${bar}: ${actual[bar]} against ${value}`).to.be.below(1e-9);
          compared += 1;
        });
        expect(compared).to.be.above(bars.close.length - 60);
      });

  it('knows nothing before its warm-up is over', () => {
    const bars = golden.cases[0]?.bars;
    expect(bars).to.not.equal(undefined);
    if (bars === undefined) return;
    const firstKnown = (values: Float64Array): number => values.findIndex((value) => !Number.isNaN(value));
    expect(firstKnown(rollingMean(bars.close, 20))).to.equal(19);
    expect(firstKnown(ema(bars.close, 20))).to.equal(19);
    expect(firstKnown(macdLine(bars.close, 12, 26))).to.equal(25);
    expect(firstKnown(rsi(bars.close, 14))).to.equal(14);
    expect(firstKnown(atr(bars, 14))).to.equal(14);
    expect(firstKnown(adx(bars, 14))).to.equal(27);
  });

  it('gives nothing, not rubbish, for fewer bars than it needs', () => {
    const close = Float64Array.from([1, 2, 3]);
    const bars = { high: close, low: close, close };
    for (const values of [ema(close, 5), macdLine(close, 2, 5), rsi(close, 5), atr(bars, 5), adx(bars, 5)])
      expect(Array.from(values)).to.deep.equal([NaN, NaN, NaN]);
    expect(ema(new Float64Array(0), 5)).to.have.length(0);
  });

  it('is neutral where the price never moves', () => {
    const flat = new Float64Array(80).fill(123.45);
    const bars = { high: flat, low: flat, close: flat };
    expect(rsi(flat, 14)[79]).to.equal(50);
    expect(adx(bars, 14)[79]).to.equal(0);
    expect(rangePosition(flat, flat, flat, 20)[79]).to.equal(0.5);
    expect(rollingZScore(flat, 20)[79]).to.equal(0);
  });
});

describe('restarted', () => {
  const { bars } = golden.cases[0] ?? {};
  const prices = bars ?? { open: NONE, high: NONE, low: NONE, close: NONE, volume: NONE };
  const last = (bar: number): typeof prices => ({
    ...prices,
    high: prices.high.slice(bar - 60, bar + 1),
    low: prices.low.slice(bar - 60, bar + 1),
    close: prices.close.slice(bar - 60, bar + 1),
  });
  const pairs: Readonly<Record<string, readonly [Float64Array, (bars: typeof prices) => Float64Array]>> = {
    ema: [
      restarted(prices.close.length, 61, (stretch) => ema(prices.close, 20, stretch)),
      ({ close }) => ema(close, 20),
    ],
    rsi: [restartedRsi(closeMoves(prices.close), 14, 61), ({ close }) => rsi(close, 14)],
    'rsi of few bars': [restartedRsi(closeMoves(prices.close), 7, 61), ({ close }) => rsi(close, 7)],
    atr: [restartedAtr(directionalMoves(prices).range, 14, 61), (some) => atr(some, 14)],
    adx: [restartedAdx(directionalMoves(prices), 14, 61), (some) => adx(some, 14)],
  };
  for (const [name, [values, plain]] of Object.entries(pairs))
    it(`equals the ${name} on the last bars alone, bit for bit, at every bar`, () => {
      expect(values).to.have.length(prices.close.length);
      for (let bar = 60; bar < values.length; bar += 1)
        expect(values[bar], `bar ${bar}`).to.equal(plain(last(bar))[60]);
      expect(values[59]).to.satisfy(Number.isNaN);
    });
});
