/** A rank feature: what is compared between the symbols at a time. */
export interface RankFeature {
  readonly name: string;
  /** How it is computed, for a person. */
  readonly formula: string;
  /** Own bars before the row's own that it is computed from. */
  readonly lookback: number;
}

/** Lags of the returns that are compared with those of the market and of the sector. */
export const RESIDUAL_LAGS = [1, 2, 3, 5, 10, 20, 60, 120] as const;
/** Bars of the overnight and intraday parts of a return. */
export const PART_LAGS = [1, 5, 20] as const;
/** Returns that the market's slope is fitted on. */
export const BETA_RETURNS = 120;
/** Returns of the volatilities. */
export const VOLATILITY_RETURNS = 60;
/** Bars of a year's extremes, the row's own included. */
export const YEAR_BARS = 252;
/** Momentum is the change of the log close between these lags. */
export const MOMENTUM = { from: 250, to: 20 } as const;

function barsText(bars: number): string {
  return bars === 1 ? '1 bar' : `${bars} bars`;
}

/** In the order of their columns: see the formulas. */
export const RANK_FEATURES: readonly RankFeature[] = [
  ...RESIDUAL_LAGS.map((lag) => ({
    name: `market_residual_${lag}`,
    formula: `log return over ${barsText(lag)} − beta_120 × the members' mean log return over ${barsText(lag)}`,
    lookback: BETA_RETURNS,
  })),
  ...RESIDUAL_LAGS.map((lag) => ({
    name: `sector_residual_${lag}`,
    formula: `log return over ${barsText(lag)} − its mean over the members of the sector`,
    lookback: lag,
  })),
  ...PART_LAGS.map((lag) => ({
    name: `overnight_${lag}`,
    formula: `Σ ln(open / close before) over ${barsText(lag)}`,
    lookback: lag,
  })),
  ...PART_LAGS.map((lag) => ({
    name: `intraday_${lag}`,
    formula: `Σ ln(close / open) over ${barsText(lag)}`,
    lookback: lag - 1,
  })),
  {
    name: 'amihud_20',
    formula: 'mean of |log return| / (close × volume) over 20 bars (Amihud, 2002)',
    lookback: 20,
  },
  {
    name: 'parkinson_20',
    formula: '√(mean of ln²(high / low) over 20 bars / (4 ln 2)) (Parkinson, 1980)',
    lookback: 19,
  },
  {
    name: 'close_location_1',
    formula: '(close − low) / (high − low), 0.5 where they are equal',
    lookback: 0,
  },
  { name: 'close_location_5', formula: 'mean of close_location_1 over 5 bars', lookback: 4 },
  {
    name: 'max_return_20',
    formula: 'highest log return of 20 bars (Bali, Cakici & Whitelaw, 2011)',
    lookback: 20,
  },
  {
    name: 'distance_high_252',
    formula: 'ln(close / highest high of 252 bars) (George & Hwang, 2004)',
    lookback: YEAR_BARS - 1,
  },
  {
    name: 'distance_low_252',
    formula: 'ln(close / lowest low of 252 bars)',
    lookback: YEAR_BARS - 1,
  },
  {
    name: 'price_volume_correlation_20',
    formula: 'correlation of the close with ln(1 + volume) over 20 bars, 0 where one is constant',
    lookback: 19,
  },
  {
    name: 'volume_1_20',
    formula: 'ln(1 + volume), its distance from the mean of 20 bars in standard deviations',
    lookback: 19,
  },
  {
    name: 'volume_5_60',
    formula:
      'mean of ln(1 + volume) over 5 bars, its distance from that of 60 bars in their standard deviations',
    lookback: 59,
  },
  {
    name: 'turnover_5_60',
    formula: 'mean of close × volume over 5 bars / over 60 bars',
    lookback: 59,
  },
  {
    name: 'idiosyncratic_volatility_60',
    formula: 'standard deviation of log return − beta_120 × the members’ mean log return, over 60 bars',
    lookback: BETA_RETURNS,
  },
  { name: 'volatility_20', formula: 'standard deviation of log returns over 20 bars', lookback: 20 },
  {
    name: 'volatility_60',
    formula: 'standard deviation of log returns over 60 bars',
    lookback: VOLATILITY_RETURNS,
  },
  {
    name: 'beta_120',
    formula: 'least-squares slope of log returns on the members’ mean log return over 120 bars',
    lookback: BETA_RETURNS,
  },
  {
    name: 'momentum_12_1',
    formula: 'log return from 250 to 20 bars ago (Jegadeesh & Titman, 1993)',
    lookback: MOMENTUM.from,
  },
  {
    name: 'factor_sum',
    formula:
      'centred ranks of −sector_residual_1, −sector_residual_3, −(log return over 5 bars) and momentum_12_1, added; an unknown momentum counts 0',
    lookback: 5,
  },
];

export const RANK_NAMES: readonly string[] = RANK_FEATURES.map(({ name }) => name);

/** Column of a rank feature. */
export function rankColumn(name: string): number {
  return RANK_NAMES.indexOf(name);
}

/** Figures of the market's state, clipped to ±{@link STATE_BOUND}. */
export const STATE_FIGURES = [
  {
    name: 'market_volatility',
    formula: 'ln of the 20-bar standard deviation of the members’ mean log return / its mean over 250 bars',
  },
  {
    name: 'market_dispersion',
    formula:
      'ln of the 20-bar mean of the standard deviation of log returns over the members / its mean over 250 bars',
  },
] as const;
export const STATE_BOUND = 2;

/** Simple factors that scores are compared with: no training, a high value predicts a high return. */
export const FACTORS = [
  { name: 'reversal1', formula: '−(log return over 1 bar)' },
  { name: 'reversal5', formula: '−(log return over 5 bars)' },
  { name: 'sectorReversal', formula: '−sector_residual_1' },
  { name: 'momentum', formula: 'momentum_12_1' },
  { name: 'lowVolatility', formula: '−(standard deviation of log returns over 60 sessions)' },
  { name: 'factorSum', formula: 'factor_sum' },
] as const;
export type FactorName = (typeof FACTORS)[number]['name'];
