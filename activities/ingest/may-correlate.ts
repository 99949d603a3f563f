/** Places between two looks at how well one sample explains the other. */
const LOOK_EVERY = 16;
/** Added to what a correlation leaves unexplained: more than all rounding errors of the sums. */
const SLACK = 1.01;
/** Samples whose values are nearly equal are left to the exact calculation: here, rounding errors are all there is. */
const FLAT = 1e-9;

/** The sum of a sample's squares around its mean; NaN where rounding errors are as large. @param values NaN: none. */
export function squaresAroundMean(values: Float64Array): number {
  let places = 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    if (value !== value) continue;
    places += 1;
    sum += value;
    squares += value * value;
  }
  const around = squares - (sum * sum) / places;
  return around > FLAT * squares ? around : NaN;
}

/**
 * Whether two samples may correlate above a limit, over the places where both have a value; false is certain. The best
 * line through the pairs of some places leaves squares of `b` unexplained, and more places never leave fewer. A
 * correlation r leaves (1 − r²) of the squares of `b` around its mean over all places in common, which are at most
 * those over all of its own. So most pairs are told apart by a small part of their places.
 *
 * @param a NaN where there is no value; so in `b`.
 * @param squaresB Of `b`, see {@link squaresAroundMean}; NaN: not known.
 * @param limit Correlation, above 0.
 */
export function mayCorrelate(a: Float64Array, b: Float64Array, squaresB: number, limit: number): boolean {
  const most = SLACK * (1 - limit * limit) * squaresB;
  // Each its own variable: unpacked from a list, they are five times as slow.
  let places = 0;
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let ownB = 0;
  let products = 0;
  for (let start = 0; start < a.length; start += LOOK_EVERY) {
    const end = Math.min(a.length, start + LOOK_EVERY);
    for (let i = start; i < end; i += 1) {
      const x = a[i] ?? NaN;
      const y = b[i] ?? NaN;
      // NaN differs from itself.
      if (x !== x || y !== y) continue;
      places += 1;
      sumA += x;
      sumB += y;
      squaresA += x * x;
      ownB += y * y;
      products += x * y;
    }
    const aroundA = squaresA - (sumA * sumA) / places;
    const together = products - (sumA * sumB) / places;
    // Where `a` is flat so far it explains nothing, but rounding errors could look as if it did.
    if (!(aroundA > FLAT * squaresA)) continue;
    if (ownB - (sumB * sumB) / places - (together * together) / aroundA > most) return false;
  }
  return true;
}
