/**
 * Lines of a table for a terminal: the first column to the left, the others to the right.
 *
 * @param rows All of equal length; the first is the header.
 */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const [header = [], ...body] = rows;
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)];
}

/** A number with a fixed number of decimals; `–` for unknown values. */
export function decimals(value: number | null, places: number): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(places);
}

/** A number rounded to some significant digits, for JSON. */
export function rounded(value: number | null, digits = 5): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}

/** Mean and standard deviation (ddof 1; null with fewer than two) of the known values. */
export function meanAndDeviation(values: readonly (number | null)[]): {
  mean: number | null;
  deviation: number | null;
} {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { mean: null, deviation: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (known.length < 2) return { mean, deviation: null };
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (known.length - 1)) };
}
