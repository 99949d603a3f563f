import { safeText } from '../../data/text/safe-text.js';

/** A line, or several. None can break into two: a line break inside one is escaped, like all that is unsafe. */
export type Lines = string | readonly string[];

/** Writes lines to a stream for people, escaped. */
export function linePrinter(write: (text: string) => void): (lines: Lines) => void {
  return (lines) => {
    const all = typeof lines === 'string' ? [lines] : lines;
    if (all.length > 0) write(`${all.map(safeText).join('\n')}\n`);
  };
}

/** Writes a line of values for another program, escaped, with tabs between them. */
export function fieldPrinter(write: (text: string) => void): (values: readonly string[]) => void {
  return (values) => write(`${values.map(safeText).join('\t')}\n`);
}
