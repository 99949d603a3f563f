/**
 * Market bars that a symbol may miss inside a figure's lookback and still count in the cross-section. This bounds how
 * far back the figures of the market reach and keeps returns over long gaps out of them.
 */
export const MAX_MISSED_BARS = 3;
