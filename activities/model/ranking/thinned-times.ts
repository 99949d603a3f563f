/** About the rows of 100 symbols over eight years of daily bars: 100 MB of terms. More 5-minute bars are thinned. */
export const MOST_ROWS = 200_000;

/**
 * However many symbols there are, about this many times stay, a year of daily bars: the rows of one time share its
 * market, so that rows do not make up for times.
 */
export const LEAST_TIMES = 250;

/**
 * Times of any symbol, ascending. Where they have more rows than `most`, about that share is kept, but no fewer than
 * about {@link LEAST_TIMES}, the same times for every symbol, so that cross-sections stay whole. They are spread evenly by
 * multiples of the golden ratio: a fixed step would meet the same minutes of every day.
 *
 * @param bySymbol Times of each symbol's rows.
 */
export function thinnedTimes(bySymbol: readonly Int32Array[], most = MOST_ROWS): Int32Array {
  const rows = bySymbol.reduce((sum, { length }) => sum + length, 0);
  const all = new Set<number>();
  for (const times of bySymbol) for (const time of times) all.add(time);
  const sorted = Int32Array.from(all).sort();
  const share = Math.max(most / Math.max(1, rows), LEAST_TIMES / Math.max(1, sorted.length));
  return share >= 1 ? sorted : sorted.filter((_, at) => (at * GOLDEN) % 1 < share);
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
