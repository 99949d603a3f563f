/** `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString('en-GB');
}

/** `1 h 5 min`, `12 s`. @param ms Milliseconds. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A figure with some digits; `n/a` where there is none. */
export function figureText(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined ? 'n/a' : value.toFixed(digits);
}
