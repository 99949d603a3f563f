/** Shown for a figure that could not be computed. */
export const UNKNOWN = 'n/a';

/** A number with a fixed number of decimals. */
export function fixed(value: number | null, digits: number): string {
  if (value === null) return UNKNOWN;
  const text = value.toFixed(digits);
  // Avoid −0.0000.
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** A fraction in percent with one decimal: `12.0 %`. */
export function percent(fraction: number | null): string {
  return fraction === null ? UNKNOWN : `${fixed(100 * fraction, 1)} %`;
}

/** A fraction in percent with as many decimals as it needs: `12 %`, `0.1 %`. */
export function shortPercent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(6))} %`;
}

/** An interval in brackets. */
export function range({ low, high }: { low: number | null; high: number | null }, digits: number): string {
  return low === null || high === null ? UNKNOWN : `[${fixed(low, digits)}, ${fixed(high, digits)}]`;
}

/** An integer with thousands separators. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Counts by name as `reason 3, other 1`, or `none`. */
export function tallies(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([name, n]) => `${name} ${n}`).join(', ');
}
