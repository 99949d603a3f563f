import { stat } from 'node:fs/promises';
import path from 'node:path';

import { BarRows } from '../../bars/bar-rows.js';
import type { FileTrouble, ReadOptions } from '../../formats/engine/read-bar-file.js';
import { recogniseFile } from '../../formats/engine/read-bar-file.js';
import { UNNAMED } from '../../formats/engine/table-rows.js';
import { RecentlyUsed } from '../../recently-used.js';
import type { Interval } from '../../schemas/run-choices.js';
import type { FileState } from '../../store/file-state.js';
import { lookAtFile, stateOf } from '../../store/file-state.js';
import type { UnusedFile } from './bar-folder.js';
import { readingsOf } from './file-names.js';
import { HEAD, isCompressed, readFolderFile, readFolderHead, unreadable } from './read-file.js';

/** What the files of many symbols are read for. */
interface SharedOptions extends ReadOptions {
  /** Keys of the symbols, see `symbolKey`. */
  readonly wanted: ReadonlySet<string>;
  readonly interval: Interval;
}

/** What the files of many symbols in a folder hold. */
export interface SharedFiles {
  /** By key of the symbol, see `symbolKey`. */
  readonly rows: ReadonlyMap<string, BarRows>;
  /** Format of each file that bars were taken from. */
  readonly formats: ReadonlyMap<string, string>;
  /** Files that should have been of use and could not be read. */
  readonly troubles: readonly FileTrouble[];
  readonly unused: readonly UnusedFile[];
  /** All files as they were read, in their order; absent where that is not known of all of them. */
  readonly read?: readonly FileState[];
}

/** Folders that are kept in memory: the bars of a run, and those of its second source. */
const KEPT = 2;

const NOTHING: SharedFiles = { rows: new Map(), formats: new Map(), troubles: [], unused: [] };

const kept = new RecentlyUsed<Promise<SharedFiles>>(KEPT);

/**
 * Reads all files of many symbols in a folder, such as bhavcopies, once for all symbols that are wanted: another call
 * of this process gets the same rows again, unless a file has changed.
 *
 * @param names Names of the files.
 */
export async function readSharedFiles(
  folder: string,
  names: readonly string[],
  options: SharedOptions,
): Promise<SharedFiles> {
  if (names.length === 0) return NOTHING;
  const stats = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  const { wanted, interval, format, dateFormat } = options;
  const key = JSON.stringify([
    path.resolve(folder),
    names.map((name, index) => [name, stats[index]?.size, stats[index]?.mtimeMs]),
    [...wanted].sort(),
    interval,
    format,
    dateFormat,
  ]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const read = readAll(folder, names, options);
  kept.set(key, read);
  return read;
}

async function readAll(
  folder: string,
  names: readonly string[],
  options: SharedOptions,
): Promise<SharedFiles> {
  const rows = new Map<string, BarRows>();
  const formats = new Map<string, string>();
  const troubles: FileTrouble[] = [];
  const unused: UnusedFile[] = [];
  const states: (FileState | undefined)[] = [];
  for (const name of names) {
    const { reason, state } = await whyUnused(folder, name, options.format);
    if (reason !== undefined) {
      unused.push({ file: name, reason });
      states.push(state);
      continue;
    }
    const read = await readFolderFile(folder, name, options);
    states.push(read.state);
    troubles.push(...read.troubles);
    for (const table of read.tables)
      for (const [named, added] of table.rows.symbols) {
        const key = named === UNNAMED ? memberKey(table.name, name, options) : named;
        if (key === undefined) continue;
        const all = rows.get(key) ?? new BarRows();
        rows.set(key, all);
        all.add(table, added);
        formats.set(name, table.layout.format.name);
      }
    if (formats.has(name)) continue;
    const trouble = read.troubles[0]?.message.slice(name.length).replace(/^:? ?/, '');
    unused.push({ file: name, reason: trouble ?? 'it holds no symbol of this run' });
  }
  const read = states.filter((state) => state !== undefined);
  return { rows, formats, troubles, unused, ...(read.length === states.length ? { read } : {}) };
}

/** The wanted symbol that a member of a compressed file is named after, unless its name says another interval. */
export function memberKey(
  member: string,
  file: string,
  { wanted, interval }: Pick<SharedOptions, 'wanted' | 'interval'>,
): string | undefined {
  if (member === file) return undefined;
  const reading = readingsOf(path.posix.basename(member)).find(({ key }) => wanted.has(key));
  return reading?.interval === undefined || reading.interval === interval ? reading?.key : undefined;
}

/** Why a file is not one of many symbols, by its first lines, as they were read; compressed files are read as a whole. */
async function whyUnused(
  folder: string,
  name: string,
  format: string | undefined,
): Promise<{ readonly reason?: string; readonly state?: FileState }> {
  if (isCompressed(name)) return {};
  let head: Uint8Array;
  const look = await lookAtFile(path.join(folder, name));
  try {
    head = await readFolderHead(folder, name);
  } catch (error) {
    return { reason: `it ${unreadable(error)}` };
  }
  const state = look === undefined ? {} : { state: stateOf(look, head, HEAD) };
  const found = await recogniseFile(name, head, format);
  if (!('layout' in found)) return { reason: found.message.slice(name.length).replace(/^: ?/, ''), ...state };
  const { symbol, values } = found.layout;
  if (symbol >= 0 || values.some(({ ticker }) => ticker !== null)) return {};
  const reason = 'its name is not that of a symbol of the universe, and it has no column of symbols';
  return { reason, ...state };
}
