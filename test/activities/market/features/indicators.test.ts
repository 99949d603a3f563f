import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { ema, macdLine } from '../../../../activities/market/features/moving-averages.js';
import {
  rangePosition,
  rollingDeviation,
  rollingMean,
  rollingZScore,
} from '../../../../activities/market/columns/rolling.js';
import { impulseResponse, weightedSums } from '../../../../activities/market/features/finite-memory.js';
import { restartedAdx } from '../../../../activities/market/features/restarted-adx.js';
import {
  closeMoves,
  directionalMoves,
  relativeStrength,
  trueRanges,
  wilderAverage,
} from '../../../../activities/market/features/wilder.js';
import { packageRoot } from '../../../../data/store/package-root.js';
import { adx, atr, rsi } from './plain-indicators.js';

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

/** MACD's signal line. */
function signal(close: Float64Array): Float64Array {
  return ema(macdLine(close, 12, 26), 9, 25);
}

/** Our indicators, by the name of TA-Lib's figure. */
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
  macd_signal: ({ close }) => signal(close),
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

  it('is NaN until its warm-up is over', () => {
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

  it('is NaN when there are fewer bars than it needs', () => {
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

describe('an indicator with a finite memory', () => {
  const LENGTH = 61;
  const [first] = golden.cases;
  if (first === undefined) throw new Error('no golden bars');
  const { bars } = first;
  const lastBars = (bar: number): Bars => {
    const cut = (column: Bars['close']): Bars['close'] => column.slice(bar - LENGTH + 1, bar + 1);
    return { high: cut(bars.high), low: cut(bars.low), close: cut(bars.close) };
  };
  /** The plain indicator over the last values, at every bar that has enough. */
  const alone = (values: Float64Array, plain: (values: Float64Array) => Float64Array): number[] =>
    Array.from(
      { length: values.length - LENGTH + 1 },
      (_, first) => plain(values.slice(first, first + LENGTH))[LENGTH - 1] ?? NaN,
    );

  const linear: Readonly<Record<string, (values: Float64Array) => Float64Array>> = {
    'the EMA': (values) => ema(values, 20),
    'the MACD line': (values) => macdLine(values, 12, 26),
    "MACD's signal": signal,
    "Wilder's average": (values) => wilderAverage(values, 14),
    "Wilder's average of few bars": (values) => wilderAverage(values, 7),
  };
  for (const [name, plain] of Object.entries(linear))
    it(`computes ${name} from the last bars alone, at every bar`, () => {
      const sums = weightedSums(bars.close, impulseResponse(LENGTH, plain), LENGTH);
      expect(sums).to.have.length(bars.close.length);
      for (const value of sums.subarray(0, LENGTH - 1)) expect(value).to.satisfy(Number.isNaN);
      alone(bars.close, plain).forEach((value, at) =>
        expect(sums[at + LENGTH - 1], `bar ${at + LENGTH - 1}`).to.be.closeTo(value, 1e-10),
      );
    });

  it('computes RSI and ATR from the last bars alone, at every bar', () => {
    const averages = (values: Float64Array, period: number): Float64Array =>
      weightedSums(
        values,
        impulseResponse(LENGTH, (some) => wilderAverage(some, period)),
        LENGTH,
      );
    const { up, down } = closeMoves(bars.close);
    const pairs: readonly (readonly [Float64Array, (some: Bars) => Float64Array])[] = [
      ...[7, 14].map(
        (period) =>
          [
            relativeStrength(averages(up, period), averages(down, period)),
            ({ close }: Bars) => rsi(close, period),
          ] as const,
      ),
      [averages(trueRanges(bars), 14), (some) => atr(some, 14)],
    ];
    for (const [values, plain] of pairs) {
      expect(values).to.have.length(bars.close.length);
      expect(values[LENGTH - 2]).to.satisfy(Number.isNaN);
      for (let bar = LENGTH - 1; bar < values.length; bar += 1)
        expect(values[bar], `bar ${bar}`).to.be.closeTo(plain(lastBars(bar))[LENGTH - 1] ?? NaN, 1e-10);
    }
  });

  it('does not depend on earlier bars, bit for bit', () => {
    const weights = impulseResponse(LENGTH, (values) => wilderAverage(values, 14));
    const whole = weightedSums(bars.close, weights, LENGTH);
    for (const from of [1, 2, 3, 50]) {
      const later = weightedSums(bars.close.slice(from), weights, LENGTH);
      expect(later.subarray(LENGTH - 1)).to.deep.equal(whole.subarray(from + LENGTH - 1));
    }
    // The first bar has no previous close: its true range is NaN and never used.
    const unknown = bars.close.slice();
    unknown[0] = NaN;
    expect(weightedSums(unknown, weights, LENGTH)).to.deep.equal(whole);
  });

  it('computes ADX from the last bars alone, bit for bit, at every bar', () => {
    const values = restartedAdx(directionalMoves(bars), 14, LENGTH);
    expect(values).to.have.length(bars.close.length);
    for (const value of values.subarray(0, LENGTH - 1)) expect(value).to.satisfy(Number.isNaN);
    for (let bar = LENGTH - 1; bar < values.length; bar += 1)
      expect(values[bar], `bar ${bar}`).to.equal(adx(lastBars(bar), 14)[LENGTH - 1]);
  });
});
