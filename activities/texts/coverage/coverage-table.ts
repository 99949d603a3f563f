import { escapeMarkup } from '../html.js';

/** Letters of a text that a universe or a bundle brings along, where a page has hundreds of them. */
const CLIPPED = 200;

/** A text of bounded length. */
export function clipped(text: string): string {
  return text.length <= CLIPPED ? text : `${text.slice(0, CLIPPED)}…`;
}

/** A table that scrolls by itself where the window is narrow. */
export function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  return `<div class="scroll" tabindex="0"><table><thead><tr>${cells}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

/** A table that is closed until somebody opens it; nothing without rows. */
export function foldedTable(summary: string, head: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '';
  return `<details><summary>${escapeMarkup(summary)}</summary>${table(head, rows)}</details>`;
}
