import { FORMATS } from '../../../data/formats/index.js';
import { markdownTable } from '../markdown.js';

/** Every format of bar files, from the descriptions that they are read by. */
export function barFormats(): string {
  return markdownTable(
    ['`--format`', 'written by', 'dates', 'names of files', 'adjusted for', 'to know'],
    FORMATS.map(({ name, from, dates, files, adjusted, notes = '' }) => [
      `\`${name}\``,
      from,
      dates,
      files,
      adjusted === 'no' ? 'nothing' : adjusted,
      notes,
    ]),
  );
}
