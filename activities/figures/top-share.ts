import { ascendingOrder } from '../stats/order.js';
import type { CrossSection } from './cross-section.js';

/** Share of a date's symbols that the cut "top tenth" takes; at least one symbol. */
export const TOP_SHARE = 0.1;

/**
 * Places of the symbols with the highest scores, ties by symbol.
 *
 * @param share Of the symbols, rounded up.
 */
export function topPlaces(score: Float64Array, share: number): Int32Array {
  return descendingOrder(score).subarray(0, countOf(score, share));
}

/** The symbols of the top tenth of a date. */
export function topOf(section: CrossSection): Int32Array {
  return topPlaces(section.score, TOP_SHARE).map((place) => section.symbol[place] ?? 0);
}

/** {@link topPlaces}, and those with the lowest scores: the other end of the same order, so that a tie is never in both. */
export function outerPlaces(
  score: Float64Array,
  share: number,
): { readonly top: Int32Array; readonly bottom: Int32Array } {
  const order = descendingOrder(score);
  const count = countOf(score, share);
  return { top: order.subarray(0, count), bottom: order.slice(-count).reverse() };
}

function descendingOrder(score: Float64Array): Int32Array {
  return ascendingOrder(score.map((value) => -value));
}

function countOf(score: Float64Array, share: number): number {
  return Math.max(1, Math.ceil(score.length * share));
}
