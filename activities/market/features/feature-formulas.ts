import { Z_SCORE_COLUMNS } from './cross-sectional-columns.js';

/** How a feature is computed, for a person. */
export interface FeatureFormula {
  readonly name: string;
  readonly formula: string;
  /** Bars that it is computed from, the row's own included. */
  readonly bars: number;
}

const own = (name: string, bars: number, formula: string): FeatureFormula => ({ name, bars, formula });
/** A deviation as a logarithm in units of the label: see `logOfScale`. */
const scaled = (deviation: string): string => `ln(${deviation} × √horizon / |threshold|)`;

/** Features of a symbol's own bars, in the order of `symbolFeatures`; recursive ones restart 61 bars back. */
const OWN_FORMULAS: readonly FeatureFormula[] = [
  ...[1, 2, 5, 10, 20, 60].map((lag) =>
    own(`return_${lag}`, lag + 1, `ln(close / close ${lag} ${lag === 1 ? 'bar' : 'bars'} before)`),
  ),
  own('distance_sma_10', 10, 'ln(close / mean close of 10 bars)'),
  own('distance_ema_20', 61, 'ln(close / exponential average of the close over 20 bars)'),
  own('distance_sma_50', 50, 'ln(close / mean close of 50 bars)'),
  own('volatility_20', 21, scaled('standard deviation of return_1 over 20 bars')),
  own('volatility_5_20', 21, 'ln(standard deviation of return_1 over 5 bars / over 20 bars)'),
  own('volatility_20_60', 61, 'ln(standard deviation of return_1 over 20 bars / over 60 bars)'),
  own('rsi_7', 61, "Wilder's relative strength index over 7 bars / 50 − 1"),
  own('rsi_14', 61, "Wilder's relative strength index over 14 bars / 50 − 1"),
  own('macd', 61, '(exponential average of the close over 12 bars − over 26) / close'),
  own('macd_histogram', 61, '(MACD line − its exponential average over 9 bars) / close'),
  own('atr_14', 61, scaled("Wilder's average true range over 14 bars / close")),
  own('adx_14', 61, "Wilder's average directional index over 14 bars / 100"),
  own('bollinger_20', 20, '(close − its mean over 20 bars) / (2 × its standard deviation)'),
  own('volume_20', 20, '(ln(1 + volume) − its mean over 20 bars) / its standard deviation'),
  ...[20, 60].map((period) =>
    own(
      `range_position_${period}`,
      period,
      `2 × (close − lowest low of ${period} bars) / (highest high − lowest low) − 1`,
    ),
  ),
  own('gap', 2, 'ln(open / close before)'),
  own('bar_range', 1, 'ln(high / low)'),
];

/** Features of the members of the index as a whole, in the order of `MARKET_COLUMNS`. */
const MARKET_FORMULAS: readonly FeatureFormula[] = [
  ...[1, 5, 20].map((lag) => own(`market_return_${lag}`, lag + 1, `mean of return_${lag} over the members`)),
  own('market_dispersion', 2, scaled('standard deviation of return_1 over the members')),
  own('market_volatility_20', 21, scaled('standard deviation of market_return_1 over 20 bars')),
];

/** Every feature of the table, in the order of its columns. */
export const FEATURE_FORMULAS: readonly FeatureFormula[] = [
  ...OWN_FORMULAS,
  ...MARKET_FORMULAS,
  ...Z_SCORE_COLUMNS.map(({ name }) =>
    own(
      `z_${name}`,
      OWN_FORMULAS.find((feature) => feature.name === name)?.bars ?? 1,
      `(${name} − its mean over the members) / its standard deviation over them`,
    ),
  ),
];
