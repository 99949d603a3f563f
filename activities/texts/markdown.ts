/** How a figure that could not be computed is shown. */
export const UNKNOWN = 'n/a';

/** A number with fixed digits. */
export function fixed(value: number | null, digits: number): string {
  if (value === null) return UNKNOWN;
  const text = value.toFixed(digits);
  // −0.0000 reads as a sign where there is none.
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** A fraction in percent, one digit after the point. */
export function percent(fraction: number | null): string {
  return fraction === null ? UNKNOWN : `${fixed(100 * fraction, 1)} %`;
}

/** An interval in brackets. */
export function range({ low, high }: { low: number | null; high: number | null }, digits: number): string {
  return low === null || high === null ? UNKNOWN : `[${fixed(low, digits)}, ${fixed(high, digits)}]`;
}

/** A whole number with commas between thousands. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A Markdown table; cells are taken as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Counts by name as `reason 3, other 1`, or `none`. */
export function tallies(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([name, n]) => `${name} ${n}`).join(', ');
}

/** Text that is safe between and inside HTML and SVG tags. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
