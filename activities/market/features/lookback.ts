/**
 * Bars that a row's own features are computed from: the row's bar and the 60 before it. Recursive
 * indicators (EMA, Wilder) restart this far back at every bar, so a row depends on these bars only and a
 * longer history does not change a bit of it.
 */
export const LOOKBACK_BARS = 61;

/**
 * Market bars (times at which any symbol has a bar) that a row's market features are computed from, the
 * row's own included. Rows with a shorter market history are not complete.
 */
export const LOOKBACK_MARKET_BARS = 64;

/**
 * Market bars that a symbol may miss inside a feature's lookback and still count in the cross-section. This
 * bounds how far back the market features reach and keeps returns over long gaps out of them.
 */
export const MAX_MISSED_BARS = LOOKBACK_MARKET_BARS - LOOKBACK_BARS;
