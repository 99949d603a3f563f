import Papa from 'papaparse';

/** A row of a CSV file with a header. */
export interface CsvRow {
  /** Line in the file, counted from 1. */
  readonly line: number;
  /** All cells of the row, trimmed. */
  readonly cells: readonly string[];
  /** Trimmed cell of a column; undefined when the column or the cell is missing or empty. */
  cell(column: string): string | undefined;
}

/** A CSV file with a header; blank lines are skipped. */
export interface CsvTable {
  /** Column names trimmed and in lower case; empty for an empty file. */
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * The trimmed cells of every line, with its line number; blank lines are skipped. Accepts a byte-order mark and
 * CRLF. A quoted line break stays inside its cell, so later line numbers are too small by one.
 */
export function csvLines(text: string): { readonly line: number; readonly cells: readonly string[] }[] {
  const parsed = Papa.parse<string[]>(text.startsWith('\uFEFF') ? text.slice(1) : text, { delimiter: ',' });
  const lines: { line: number; cells: string[] }[] = [];
  parsed.data.forEach((row, index) => {
    const cells = row.map((cell) => cell.trim());
    if (cells.some((cell) => cell !== '')) lines.push({ line: index + 1, cells });
  });
  return lines;
}

/** Parses CSV text with a header for reading by column name. */
export function csvTable(text: string): CsvTable {
  const [first, ...rest] = csvLines(text);
  const header = (first?.cells ?? []).map((name) => name.toLowerCase());
  return {
    header,
    rows: rest.map(({ line, cells }) => ({
      line,
      cells,
      cell: (column) => {
        const index = header.indexOf(column);
        const value = index < 0 ? undefined : cells[index];
        return value === '' ? undefined : value;
      },
    })),
  };
}
