import { safeText } from '../../data/text/safe-text.js';

/** A whole number with thousands separators. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `512 B`, `1.4 MB`: powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power] ?? ''}`;
}

/** `1 window`, `2 windows`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `insufficient_data 20, excluded 8`, most frequent first; empty for no counts. */
export function formatReasons(counts: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => ({ reason, count: count ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    .map(({ reason, count }) => `${reason} ${formatCount(count)}`)
    .join(', ');
}

/** Local date and time as `YYYY-MM-DD HH:MM:SS`. */
export function formatTime(date: Date): string {
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')}`;
}

/**
 * A table, a text a line: columns as wide as their widest cell, numbers to the right.
 *
 * @param rows Cells; numbers are formatted with thousands separators.
 */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const numeric = header.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const text = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? formatCount(cell) : safeText(cell))),
  );
  const width = header.map((title, column) =>
    Math.max(title.length, ...text.map((row) => (row[column] ?? '').length)),
  );
  return [header, ...text].map((row) =>
    row
      .map((cell, column) =>
        numeric[column] === true ? cell.padStart(width[column] ?? 0) : cell.padEnd(width[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** The factor of a corporate action, to seven digits. */
export function factorText(factor: number): string {
  return String(Number(factor.toPrecision(7)));
}
