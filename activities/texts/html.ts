import { safeLines } from '../../data/text/safe-text.js';

/** Escapes text for HTML and SVG content and attributes: markup, and what {@link safeLines} escapes. */
export function escapeMarkup(text: string): string {
  return safeLines(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
