import { BarRows } from '../../bars/bar-rows.js';
import { hasErrors } from '../../bars/findings.js';
import { joinBars } from '../../bars/join-bars.js';
import { InvalidInputError } from '../../errors.js';
import { BAR_HEADER } from '../../formats/engine/header-columns.js';
import type { ReadOptions } from '../../formats/engine/read-bar-file.js';
import { recogniseFile } from '../../formats/engine/read-bar-file.js';
import { RowReader } from '../../formats/engine/read-rows.js';
import { symbolKey } from '../../formats/engine/symbol-key.js';
import { UNNAMED } from '../../formats/engine/table-rows.js';
import { unpack } from '../../formats/engine/unpack.js';
import type { Finding } from '../../schemas/ingest.js';
import type { Interval } from '../../schemas/run-choices.js';
import type { BarFolder } from './bar-folder.js';
import { filesOf, someOf } from './bar-folder.js';
import { readFolderHead, unreadable } from './read-file.js';
import { memberKey } from './shared-files.js';

/** All days that a file may have. */
const ALL_DAYS = { from: '1900-01-01', to: '2200-01-01' };
/** Findings that stop a symbol by their share in all rows: the first lines do not tell it. */
const COUNTED = new Set(['incomplete_rows', 'conflicting_bars']);
/** Files of many symbols whose first lines are looked at. */
const MAX_SHARED = 20;

/**
 * Checks by their first lines that the files of a folder hold bars: one that does is enough, since others are
 * reported with their symbols.
 *
 * @param namesOf The symbols that are asked for, each with the names that its files may have.
 * @throws InvalidInputError
 */
export async function requireReadableBars(
  folder: BarFolder,
  namesOf: readonly (readonly string[])[],
  options: ReadOptions,
): Promise<void> {
  const problems: string[] = [];
  const wanted = new Set(namesOf.flat().map(symbolKey));
  for (const name of namesOf.flat()) {
    const files = await filesOf(folder, name);
    if ('problem' in files) problems.push(files.problem);
    const [first] = 'problem' in files ? [] : files.paths;
    if (first === undefined) continue;
    const problem = await problemOfHead(folder, first, options);
    if (problem === undefined) return;
    problems.push(problem);
  }
  for (const name of folder.others.slice(0, MAX_SHARED)) {
    const problem = await problemOfHead(folder, name, options, wanted);
    if (problem === undefined) return;
    if (problem !== '') problems.push(problem);
  }
  const { interval } = folder;
  const [example] = problems;
  if (example !== undefined)
    throw new InvalidInputError([
      `bars: none of the ${problems.length} file(s) of this universe in ${folder.folder} can be read as ${interval} bars. The first problem: ${example}`,
    ]);
  throw new InvalidInputError([
    `bars: ${folder.folder} contains no ${interval} bars of this universe. Found: ${someOf(folder.names)}. ` +
      `Expected SYMBOL.csv, SYMBOL/${interval}/YYYY-MM-DD.csv, or files with a column of symbols, with the header ${BAR_HEADER} or another known one`,
  ]);
}

/** The first finding of each kind that stops a symbol, or else of each kind of row that was left out. */
function troublesOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const some = errors.length > 0 ? errors : findings;
  const first = new Map(some.toReversed().map(({ code, message }) => [code, message]));
  return [...first.values()].reverse().join('; ');
}

/** Whether a compressed file has a member that is named after a symbol. */
function hasNamedMember(
  file: string,
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
  interval: Interval,
): boolean {
  const unpacked = unpack(file, bytes);
  return (
    'members' in unpacked &&
    unpacked.members.some((member) => memberKey(member.name, file, { wanted, interval }) !== undefined)
  );
}

/**
 * Why the first lines of a file cannot be read as bars; undefined if they can.
 *
 * @param shared Keys of all symbols, for a file of many; absent for one of a symbol.
 */
async function problemOfHead(
  { folder, interval }: BarFolder,
  file: string,
  options: ReadOptions,
  shared?: ReadonlySet<string>,
): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFolderHead(folder, file);
  } catch (error) {
    return `${file}: ${unreadable(error)}`;
  }
  const found = await recogniseFile(file, bytes, options.format);
  if (!('layout' in found))
    return shared !== undefined && found.code !== 'unreadable_file' ? '' : found.message;
  const { layout, form, first } = found;
  const reader = new RowReader(layout, form, options);
  for (const { cells, line } of first) if (line > layout.headerLines) reader.take(cells, line);
  const read = reader.end();
  if (shared !== undefined) {
    const named = [...read.symbols.keys()].some((key) => key !== UNNAMED);
    return named || hasNamedMember(file, bytes, shared, interval) ? undefined : '';
  }
  if (read.openDate !== undefined) return undefined;
  const rows = new BarRows();
  for (const added of read.symbols.values()) rows.add({ name: file, layout, rows: read }, added);
  const { series, findings } = joinBars(rows, {
    symbol: file,
    interval,
    days: ALL_DAYS,
    calendar: options.calendar,
    // The first lines do not tell whether bars are stamped with their end.
    stamps: 'start',
  });
  const troubles = findings.filter(({ code }) => rows.length === 0 || !COUNTED.has(code));
  if (series !== null || (rows.length > 0 && !hasErrors(troubles))) return undefined;
  if (rows.length === 0 && read.otherSegment > 0)
    return `${file}: has rows of another market segment or exchange only`;
  return troublesOf(troubles) || `${file}: contains no bars`;
}
