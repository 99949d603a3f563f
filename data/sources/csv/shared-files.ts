import { open, stat } from 'node:fs/promises';
import path from 'node:path';

import { MAX_BYTES } from '../../formats/engine/unpack.js';
import { readRegular } from '../../store/read-regular.js';
import { BarRows } from '../../bars/bar-rows.js';
import { errorMessage, systemErrorCode } from '../../errors.js';
import type { FileTrouble, ReadOptions } from '../../formats/engine/read-bar-file.js';
import { readBarFile, recogniseFile } from '../../formats/engine/read-bar-file.js';
import { UNNAMED } from '../../formats/engine/table-rows.js';
import type { Interval } from '../../schemas/run-choices.js';
import type { UnusedFile } from './bar-folder.js';
import { readingsOf } from './file-names.js';

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
}

/** Folders that are kept in memory: the bars of a run, and those of its second source. */
const KEPT = 2;
/** Bytes at the start of a file that tell whether it has a column of symbols. */
const HEAD = 1 << 16;
const COMPRESSED = /\.(?:gz|zip|parquet|pq|xlsx?|ods)$/i;

const NOTHING: SharedFiles = { rows: new Map(), formats: new Map(), troubles: [], unused: [] };

const kept = new Map<string, Promise<SharedFiles>>();

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
  let read = kept.get(key);
  kept.delete(key);
  read ??= readAll(folder, names, options);
  kept.set(key, read);
  for (const [oldest] of [...kept].slice(0, -KEPT)) kept.delete(oldest);
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
  for (const name of names) {
    const reason = await whyUnused(folder, name, options.format);
    if (reason !== undefined) {
      unused.push({ file: name, reason });
      continue;
    }
    const read = await readOne(folder, name, options);
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
  return { rows, formats, troubles, unused };
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

/** Why a file is not one of many symbols, by its first lines; compressed files are read as a whole. */
async function whyUnused(
  folder: string,
  name: string,
  format: string | undefined,
): Promise<string | undefined> {
  if (COMPRESSED.test(name)) return undefined;
  const head = await readHead(path.join(folder, name));
  if (typeof head === 'string') return head;
  const found = await recogniseFile(name, head, format);
  if (!('layout' in found)) return found.message.slice(name.length).replace(/^: ?/, '');
  const { symbol, values } = found.layout;
  const named = symbol >= 0 || values.some(({ ticker }) => ticker !== null);
  return named
    ? undefined
    : 'its name is not that of a symbol of the universe, and it has no column of symbols';
}

async function readHead(file: string): Promise<Uint8Array | string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return `it cannot be read (${systemErrorCode(error) ?? errorMessage(error)})`;
  }
}

async function readOne(
  folder: string,
  name: string,
  options: ReadOptions,
): Promise<Awaited<ReturnType<typeof readBarFile>>> {
  try {
    return await readBarFile(name, await readRegular(path.join(folder, name), MAX_BYTES), options);
  } catch (error) {
    const message = `${name}: cannot be read (${systemErrorCode(error) ?? errorMessage(error)})`;
    return { tables: [], troubles: [{ code: 'unreadable_file', message }] };
  }
}
