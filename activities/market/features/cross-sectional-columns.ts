/** Features of the market as a whole, in the order of their columns, with the bounds they are clipped to. */
export const MARKET_COLUMNS = [
  { name: 'return_1', of: 'return1', bound: 0.15 },
  { name: 'return_5', of: 'return5', bound: 0.3 },
  { name: 'return_20', of: 'return20', bound: 0.6 },
  { name: 'dispersion', of: 'dispersion', bound: 8 },
  { name: 'volatility_20', of: 'volatility20', bound: 8 },
] as const;

/** Features that also enter as z-scores over the symbols at the same time. */
export const Z_SCORE_COLUMNS = [
  { name: 'return_1', of: 'return1' },
  { name: 'return_5', of: 'return5' },
  { name: 'return_20', of: 'return20' },
  { name: 'volatility_20', of: 'volatility20' },
  { name: 'rsi_14', of: 'rsi14' },
] as const;
