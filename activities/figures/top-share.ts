import type { CrossSection } from './cross-section.js';

/** Share of a date's symbols that the cut "top tenth" takes; at least one symbol. */
export const TOP_SHARE = 0.1;

/**
 * Places of the symbols with the highest scores, ties by symbol.
 *
 * @param share Of the symbols, rounded up.
 */
export function topPlaces(score: Float64Array, share: number): Int32Array {
  return ranked(score).slice(0, Math.max(1, Math.ceil(score.length * share)));
}

/** Places of the symbols with the lowest scores, the lowest first. */
export function bottomPlaces(score: Float64Array, share: number): Int32Array {
  return ranked(score)
    .reverse()
    .slice(0, Math.max(1, Math.ceil(score.length * share)));
}

/** The symbols of the top tenth of a date. */
export function topOf(section: CrossSection): Int32Array {
  return topPlaces(section.score, TOP_SHARE).map((place) => section.symbol[place] ?? 0);
}

function ranked(score: Float64Array): Int32Array {
  return Int32Array.from(score.keys()).sort((a, b) => (score[b] ?? 0) - (score[a] ?? 0) || a - b);
}
