import type { BarSeries } from '../../../data/bars/series.js';
import { log, log1p } from '../../../data/math/log.js';
import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { impulseResponse, weightedSums } from './finite-memory.js';
import { LOOKBACK_BARS } from './lookback.js';
import { ema, macdLine } from './moving-averages.js';
import { restartedAdx } from './restarted-adx.js';
import {
  rangePosition,
  rollingDeviation,
  rollingMean,
  rollingZScore,
  unknownColumn,
} from '../columns/rolling.js';
import { logOfScale } from '../label-scale.js';
import type { CloseMoves } from './wilder.js';
import { closeMoves, directionalMoves, relativeStrength, trueRanges, wilderAverage } from './wilder.js';

/** A feature of every bar of a series, with the bounds it is clipped to. */
export interface FeatureColumn {
  readonly name: string;
  readonly values: Float64Array;
  readonly low: number;
  readonly high: number;
}

/** Features of a series, and the figures among them that enter the cross-section. */
export interface SymbolFeatures {
  readonly columns: readonly FeatureColumn[];
  readonly return1: Float64Array;
  readonly return5: Float64Array;
  readonly return20: Float64Array;
  /** Logarithm of the 20-bar volatility over the label's scale. */
  readonly volatility20: Float64Array;
  /** From −1 to 1. */
  readonly rsi14: Float64Array;
  readonly logClose: Float64Array;
  /** Standard deviation of log returns over 20 bars. */
  readonly deviation20: Float64Array;
  /** The same over 60 bars. */
  readonly deviation60: Float64Array;
  /** ln(1 + volume). */
  readonly logVolume: Float64Array;
  /** Distance of `logVolume` from its mean over 20 bars, in standard deviations. */
  readonly volumeScore: Float64Array;
}

/** Periods of MACD's fast, slow and signal averages. */
const MACD = { fast: 12, slow: 26, signal: 9 } as const;

/** Weights of the linear indicators over a full lookback. */
function findWeights() {
  const line = (values: Float64Array): Float64Array => macdLine(values, MACD.fast, MACD.slow);
  return {
    ema20: impulseResponse(LOOKBACK_BARS, (values) => ema(values, 20)),
    macd: impulseResponse(LOOKBACK_BARS, line),
    macdSignal: impulseResponse(LOOKBACK_BARS, (values) => ema(line(values), MACD.signal, MACD.slow - 1)),
    wilder7: impulseResponse(LOOKBACK_BARS, (values) => wilderAverage(values, 7)),
    wilder14: impulseResponse(LOOKBACK_BARS, (values) => wilderAverage(values, 14)),
  };
}

/** Computed once, with the first series, so that programs without features start faster. */
let weights: ReturnType<typeof findWeights> | undefined;

/**
 * Features from a symbol's own bars. Each value is computed from the last {@link LOOKBACK_BARS} bars and has
 * no unit, so that it depends neither on the price level nor on the start of the history. NaN where there
 * are too few bars before.
 *
 * @param series Adjusted bars.
 */
export function symbolFeatures(series: BarSeries, rule: LabelRule): SymbolFeatures {
  const { open, high, low, close, volume } = series;
  const logClose = close.map(log);
  const return1 = change(logClose, 1);
  const return5 = change(logClose, 5);
  const return20 = change(logClose, 20);

  const deviation5 = rollingDeviation(return1, 5);
  const deviation20 = rollingDeviation(return1, 20);
  const deviation60 = rollingDeviation(return1, 60);
  const volatility20 = deviation20.map((deviation) => logOfScale(deviation, rule));

  const bars = close.length;
  const { ema20: ofEma20, macd, macdSignal, wilder7, wilder14 } = (weights ??= findWeights());
  const ema20 = overLookback(close, ofEma20);
  const line = overLookback(close, macd);
  const signal = overLookback(close, macdSignal);
  const moves = closeMoves(close);
  const rsi7 = scaledRsi(moves, wilder7);
  const rsi14 = scaledRsi(moves, wilder14);
  const atr14 = overLookback(trueRanges(series), wilder14);
  const adx14 = restartedAdx(directionalMoves(series), 14, LOOKBACK_BARS);

  const columns: FeatureColumn[] = [];
  const add = (
    name: string,
    low: number,
    high: number,
    values: Float64Array | ((bar: number) => number),
  ): void => {
    columns.push({
      name,
      values: values instanceof Float64Array ? values : columnOf(bars, values),
      low,
      high,
    });
  };
  const at = (values: Float64Array, bar: number): number => values[bar] ?? NaN;

  const known = new Map([
    [1, return1],
    [5, return5],
    [20, return20],
  ]);
  for (const [lag, bound] of [
    [1, 0.25],
    [2, 0.35],
    [5, 0.5],
    [10, 0.7],
    [20, 1],
    [60, 1.5],
  ] as const) {
    add(`return_${lag}`, -bound, bound, known.get(lag) ?? change(logClose, lag));
  }
  const sma10 = rollingMean(close, 10);
  const sma50 = rollingMean(close, 50);
  add('distance_sma_10', -0.3, 0.3, (bar) => log(at(close, bar) / at(sma10, bar)));
  add('distance_ema_20', -0.5, 0.5, (bar) => log(at(close, bar) / at(ema20, bar)));
  add('distance_sma_50', -0.7, 0.7, (bar) => log(at(close, bar) / at(sma50, bar)));
  add('volatility_20', -8, 8, volatility20);
  add('volatility_5_20', -2, 2, (bar) => logRatio(at(deviation5, bar), at(deviation20, bar)));
  add('volatility_20_60', -2, 2, (bar) => logRatio(at(deviation20, bar), at(deviation60, bar)));
  add('rsi_7', -1, 1, rsi7);
  add('rsi_14', -1, 1, rsi14);
  add('macd', -0.2, 0.2, (bar) => at(line, bar) / at(close, bar));
  add('macd_histogram', -0.1, 0.1, (bar) => (at(line, bar) - at(signal, bar)) / at(close, bar));
  add('atr_14', -8, 8, (bar) => logOfScale(at(atr14, bar) / at(close, bar), rule));
  add('adx_14', 0, 1, (bar) => at(adx14, bar) / 100);
  const band = rollingZScore(close, 20);
  add('bollinger_20', -2, 2, (bar) => at(band, bar) / 2);
  const logVolume = volume.map(log1p);
  const volumeScore = rollingZScore(logVolume, 20);
  add('volume_20', -4, 4, volumeScore);
  for (const period of [20, 60]) {
    const position = rangePosition(high, low, close, period);
    add(`range_position_${period}`, -1, 1, (bar) => 2 * at(position, bar) - 1);
  }
  add('gap', -0.25, 0.25, (bar) => (bar === 0 ? NaN : log(at(open, bar) / at(close, bar - 1))));
  add('bar_range', 0, 0.25, (bar) => log(at(high, bar) / at(low, bar)));
  return {
    ...{ columns, return1, return5, return20, volatility20, rsi14 },
    ...{ logClose, deviation20, deviation60, logVolume, volumeScore },
  };
}

function columnOf(bars: number, value: (bar: number) => number): Float64Array {
  const values = new Float64Array(bars);
  for (let bar = 0; bar < bars; bar += 1) values[bar] = value(bar);
  return values;
}

/** Change over `lag` bars; NaN in the first `lag`. */
function change(values: Float64Array, lag: number): Float64Array {
  const out = unknownColumn(values.length);
  for (let bar = lag; bar < values.length; bar += 1)
    out[bar] = (values[bar] ?? NaN) - (values[bar - lag] ?? NaN);
  return out;
}

/** A linear indicator over the last bars. @param indicator Its weights. */
function overLookback(values: Float64Array, indicator: Float64Array): Float64Array {
  return weightedSums(values, indicator, LOOKBACK_BARS);
}

/** RSI over the last bars, scaled to −1 … 1. */
function scaledRsi({ up, down }: CloseMoves, average: Float64Array): Float64Array {
  return relativeStrength(overLookback(up, average), overLookback(down, average)).map(
    (value) => value / 50 - 1,
  );
}

/** Logarithm of a ratio of two deviations; 0 where one of them is 0. */
function logRatio(above: number, below: number): number {
  return above === 0 || below === 0 ? 0 : log(above / below);
}
