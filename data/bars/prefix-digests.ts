import { createHash } from 'node:crypto';

import type { BarSeries } from './series.js';

/** Bars that are hashed at once. */
const CHUNK = 4096;
const COLUMNS = 6;

/**
 * Digests of prefixes of a series: SHA-256 over its first bars, each as six 64-bit floats (time, open, high, low,
 * close, volume). A digest does not depend on later bars, or on which other prefixes are requested.
 *
 * @param ends Number of bars of each prefix, in any order; at most the length of the series.
 * @returns Digests in hex, by number of bars.
 */
export function prefixDigests(
  { time, open, high, low, close, volume }: BarSeries,
  ends: readonly number[],
): ReadonlyMap<number, string> {
  const digests = new Map<number, string>();
  const hash = createHash('sha256');
  const packed = new Float64Array(CHUNK * COLUMNS);
  let done = 0;
  for (const end of [...new Set(ends)].sort((a, b) => a - b)) {
    while (done < end) {
      const until = Math.min(end, done + CHUNK);
      for (let bar = done, cell = 0; bar < until; bar += 1, cell += COLUMNS) {
        packed[cell] = time[bar] ?? NaN;
        packed[cell + 1] = open[bar] ?? NaN;
        packed[cell + 2] = high[bar] ?? NaN;
        packed[cell + 3] = low[bar] ?? NaN;
        packed[cell + 4] = close[bar] ?? NaN;
        packed[cell + 5] = volume[bar] ?? NaN;
      }
      hash.update(
        new Uint8Array(packed.buffer, 0, (until - done) * COLUMNS * Float64Array.BYTES_PER_ELEMENT),
      );
      done = until;
    }
    digests.set(end, hash.copy().digest('hex'));
  }
  return digests;
}
