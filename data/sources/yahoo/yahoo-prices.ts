/** Prices on the NSE move in steps of five paise. */
const TICK = 0.05;
/** Yahoo's prices are 32-bit floats written out in full: 0.002 rupees are above their error at any NSE price. */
const FLOAT_ERROR = 0.002;

/**
 * A price of Yahoo's without the noise of its 32-bit floats. What lies on a tick of the exchange is put on it
 * exactly; a price adjusted for a split lies between ticks, and is rounded to a paisa.
 */
export function cleanPrice(price: number): number {
  const onTick = Math.round(price / TICK) * TICK;
  const clean = Math.abs(onTick - price) <= FLOAT_ERROR ? onTick : price;
  return Math.round(clean * 100) / 100;
}
