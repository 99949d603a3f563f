import { MAX_MISSED_BARS } from './missed-bars.js';

/**
 * How many own bars before each bar a figure may look back: as long as the symbol missed at most
 * {@link MAX_MISSED_BARS} market bars inside. This bounds the market bars that any figure reaches, and keeps changes
 * over long gaps out.
 *
 * @param places Index of each bar in the market bars, ascending.
 */
export function reachOf(places: Int32Array): Int32Array {
  let first = 0;
  return places.map((place, bar) => {
    while (place - (places[first] ?? 0) > bar - first + MAX_MISSED_BARS) first += 1;
    return bar - first;
  });
}
