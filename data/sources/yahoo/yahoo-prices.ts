/** Tick size of the NSE: five paise. */
const TICK = 0.05;
/** Yahoo's prices are 32-bit floats; at any price on the NSE their error is below 0.002 rupees. */
const FLOAT_ERROR = 0.002;

/**
 * Removes the rounding noise of 32-bit floats from a price of Yahoo. A price close to a tick is set to that tick; a
 * price between ticks (adjusted for a split) is rounded to a paisa.
 */
export function cleanPrice(price: number): number {
  const onTick = Math.round(price / TICK) * TICK;
  const clean = Math.abs(onTick - price) <= FLOAT_ERROR ? onTick : price;
  return Math.round(clean * 100) / 100;
}
