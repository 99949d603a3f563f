import Papa from 'papaparse';

/** What a spreadsheet takes for a formula, also after blanks, which some leave out. */
const FORMULA = /^\s*[=+\-@\t\r]/;

/**
 * A table as CSV text with a header, for programs and spreadsheets. A text that a spreadsheet would take for a formula
 * (one that begins with `=`, `+`, `-` or `@`) gets an apostrophe before it; numbers stay numbers, and null is an empty
 * cell.
 */
export function csvText(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return `${Papa.unparse({ fields: [...header], data: rows.map((row) => [...row]) }, { newline: '\n', escapeFormulae: FORMULA })}\n`;
}
