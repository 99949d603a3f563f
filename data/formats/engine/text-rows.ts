import Papa from 'papaparse';

/** Characters that are parsed at a time: cells that are soon forgotten cost the garbage collector little. */
const CHUNK = 1 << 16;
/** Characters that the first lines have at most, unless the last of them is longer. */
const MAX_HEAD = 1 << 18;

/** A row of cells, and its line in the file, counted from 1. Cells are as they stand there, not trimmed. */
export type RowHandler = (cells: readonly string[], line: number) => void;

/**
 * Gives every line of a text with LF line ends to `handle`. Blank lines are skipped. A quoted line break stays inside
 * its cell, so later line numbers are too small by one.
 */
export function eachRow(text: string, delimiter: string, handle: RowHandler): void {
  const config = { delimiter, newline: '\n', fastMode: !text.includes('"') } as const;
  let line = 0;
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start, !config.fastMode);
    const { data } = Papa.parse<string[]>(text.slice(start, end), config);
    for (const cells of data) {
      line += 1;
      if (cells.length > 1 || (cells[0] ?? '').trim() !== '') handle(cells, line);
    }
    start = end + 1;
  }
}

/** Index of a line feed at which the text can be cut: outside of quotes. */
function endOfChunk(text: string, start: number, quoted: boolean): number {
  let quotes = 0;
  let counted = start;
  for (let from = start + CHUNK; ;) {
    const end = text.indexOf('\n', from);
    if (end < 0) return text.length;
    if (!quoted) return end;
    for (let at = text.indexOf('"', counted); at >= 0 && at < end; at = text.indexOf('"', at + 1))
      quotes += 1;
    if (quotes % 2 === 0) return end;
    counted = end;
    from = end + 1;
  }
}

/** A line of a file. */
export interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The first lines of a text, with trimmed cells; blank lines are skipped. */
export function firstRows(text: string, delimiter: string, count: number): Row[] {
  const rows: Row[] = [];
  const { data } = Papa.parse<string[]>(firstLines(text, count), { delimiter, newline: '\n' });
  data.forEach((cells, index) => {
    const trimmed = cells.map((cell) => cell.trim());
    if (trimmed.some((cell) => cell !== '')) rows.push({ cells: trimmed, line: index + 1 });
  });
  return rows;
}

/** So many lines, or fewer if they are long: a file that is one line is not a table. */
function firstLines(text: string, count: number): string {
  let end = 0;
  for (let line = 0; line < count && end < MAX_HEAD; line += 1) {
    const next = text.indexOf('\n', end);
    if (next < 0) return text.slice(0, MAX_HEAD);
    end = next + 1;
  }
  return text.slice(0, end);
}
