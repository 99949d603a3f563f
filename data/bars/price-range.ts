/** A price outside [low, high] by less than this fraction is a rounding error of the provider. */
export const ROUNDING = 0.005;

/** The prices of a bar. */
interface BarPrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** By what fraction a price of a bar is outside of its range from low to high; at most 0 where none is. */
export function outsideRange({ open, high, low, close }: BarPrices): number {
  return Math.max(Math.max(open, close, low) / high, low / Math.min(open, close, high)) - 1;
}
