/** Shocks of the bars under which a student predicts again, in the order of stress_predictions.parquet. */
export const BAR_SHOCKS = [
  'gap',
  'volatility2',
  'volatility3',
  'missing_feed',
  'stale_prices',
  'sector_out',
  'symbols_gone',
] as const;
export type BarShock = (typeof BAR_SHOCKS)[number];

/** All shocks: those of the bars, and dearer trading, which changes no prediction. */
export const SHOCK_IDS = [...BAR_SHOCKS, 'costs3'] as const;
export type ShockId = (typeof SHOCK_IDS)[number];
