/** What stands where there is no figure. */
export const NONE = 'n/a';

/** `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString('en-GB');
}

/** A number with some digits, without a negative zero. */
export function decimals(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return NONE;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** A fraction in percent: `1.2 %`. */
export function percentText(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? NONE : `${decimals(100 * value, digits)} %`;
}

/** A figure, and its interval where it has one: `0.042 [0.020, 0.066]`. */
export function withInterval(
  value: number | null | undefined,
  interval: { readonly low: number | null; readonly high: number | null } | undefined,
  text: (value: number) => string,
): string {
  if (value === null || value === undefined) return NONE;
  const { low = null, high = null } = interval ?? {};
  return low === null || high === null ? text(value) : `${text(value)} [${text(low)}, ${text(high)}]`;
}

/** `1 h 5 min`, `12 s`. @param ms Milliseconds. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2024-06-04 10:05`. @param iso A time as ISO 8601 has it. */
export function minuteText(iso: string): string {
  return iso.slice(0, 'YYYY-MM-DDTHH:mm'.length).replace('T', ' ');
}

/** `2024-06-04 10:05:09`. @param iso A time as ISO 8601 has it. */
export function secondText(iso: string): string {
  return iso.slice(0, 'YYYY-MM-DDTHH:mm:ss'.length).replace('T', ' ');
}

/** Decimal units, three digits: `512 MB`, `3.51 GB`. */
export function bytesText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return NONE;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
