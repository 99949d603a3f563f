import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { ACTIONS_FILE } from '../../actions/load-actions.js';
import { InvalidInputError, errorMessage, systemErrorCode } from '../../errors.js';
import { symbolKey } from '../../formats/engine/symbol-key.js';
import type { Interval } from '../../schemas/run-choices.js';
import type { NamedInterval } from './file-names.js';
import { intervalOfFolder, isBarFile, readingsOf, stemOf } from './file-names.js';

/** A file of one day, or of a range: `2022-01-03.csv`, `2022-01-01_2022-06-30.csv`, `2022-01-01_to_2022-06-30.csv`. */
const DATED_FILE = /^\d{4}-\d{2}-\d{2}(?:_(?:to_)?\d{4}-\d{2}-\d{2})?\.csv(?:\.gz)?$/;
/** A folder of a year or a month: `2023`, `2023-01`, `01`. */
const PERIOD = /^(?:19|20)\d{2}(?:[-_ ]?\d{2}){0,2}$|^\d{2}$/;
/** Folders inside of each other that are looked into. */
const MAX_DEPTH = 4;
/** Number of file names that a message lists. */
const MAX_NAMES = 5;

/** A file that no bars were taken from. */
export interface UnusedFile {
  readonly file: string;
  readonly reason: string;
}

/** What lies in a folder of bar files, by its names alone. */
export interface BarFolder {
  readonly folder: string;
  readonly interval: Interval;
  /** Names of all files and folders in it. */
  readonly names: readonly string[];
  /** Files of a symbol, by the symbol. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Subfolder of a symbol, by the symbol. */
  readonly subfolders: ReadonlyMap<string, string>;
  /** Files that may hold bars, of many symbols or of none that is known. */
  readonly others: readonly string[];
  readonly unused: readonly UnusedFile[];
}

/**
 * Lists a folder and finds out which symbol each file is of, by its name. Folders inside of it are looked into if they
 * are named as a year or a month, or if nothing else lies there.
 *
 * @param known All symbols that may be asked for, and the names that their files may have.
 * @throws InvalidInputError when the folder cannot be read.
 */
export async function listBarFolder(
  folder: string,
  interval: Interval,
  known: Iterable<string>,
): Promise<BarFolder> {
  const entries = await listFolder(folder);
  const symbolOf = symbolsBy(known);
  const files = new Map<string, string[]>();
  const subfolders = new Map<string, string>();
  const others: string[] = [];
  const unused: UnusedFile[] = [];
  const addFile = (file: string, owner?: string): void => {
    const name = path.posix.basename(file);
    if (name === ACTIONS_FILE || name.startsWith('.')) return;
    if (!isBarFile(name)) {
      const reason = 'its name is not that of a bar file (.csv, .txt, .parquet, .gz, .zip)';
      unused.push({ file, reason });
      return;
    }
    const reading = symbolOf.file(name);
    const symbol = reading.symbol ?? owner;
    const named = reading.symbol === undefined ? intervalOfFolder(stemOf(name)) : reading.interval;
    if (symbol === undefined) others.push(file);
    else if (named !== undefined && named !== interval)
      unused.push({ file, reason: `by its name, its bars are not those of --interval ${interval}` });
    else files.set(symbol, [...(files.get(symbol) ?? []), file]);
  };
  /** @param owner The symbol that a folder around the files is named after. */
  const addFolder = async (inner: string, depth: number, owner?: string): Promise<void> => {
    const name = path.posix.basename(inner);
    if (name.startsWith('.') || name === '__MACOSX') return;
    const named = intervalOfFolder(name);
    if (depth > MAX_DEPTH || (named !== undefined && named !== interval)) {
      const reason =
        depth > MAX_DEPTH
          ? 'a folder too deep inside of others'
          : `by its name, its bars are not those of --interval ${interval}`;
      unused.push({ file: `${inner}/`, reason });
      return;
    }
    for (const entry of await listFolder(path.join(folder, inner))) {
      const within = `${inner}/${entry.name}`;
      if (entry.isDirectory()) await addFolder(within, depth + 1, symbolOf.folder(entry.name) ?? owner);
      else addFile(within, owner);
    }
  };
  const inner: string[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (!entry.isDirectory() || isBarFile(name)) addFile(name);
    else {
      const symbol = symbolOf.folder(name);
      if (symbol === undefined) inner.push(name);
      else if ((await listFolder(path.join(folder, name, interval), true)).length === 0)
        await addFolder(name, 1, symbol);
      else if (!subfolders.has(symbol) || name === symbol) subfolders.set(symbol, name);
    }
  }
  // Beside bars, a folder may hold anything, such as older copies, unless it is named as a year or a month.
  const alone = files.size === 0 && subfolders.size === 0 && others.length === 0;
  for (const name of inner) {
    if (alone || PERIOD.test(name)) await addFolder(name, 1);
    else unused.push({ file: `${name}/`, reason: 'a folder that is not named as a symbol' });
  }
  return { folder, interval, names: entries.map(({ name }) => name), files, subfolders, others, unused };
}

/** Finds the symbol that a file or a folder is named after: by its very name first, then by any form of it. */
function symbolsBy(known: Iterable<string>): {
  readonly folder: (name: string) => string | undefined;
  readonly file: (name: string) => { readonly symbol?: string; readonly interval?: NamedInterval };
} {
  const byName = new Set<string>();
  const byKey = new Map<string, string>();
  for (const symbol of known) {
    byName.add(symbol);
    if (!byKey.has(symbolKey(symbol))) byKey.set(symbolKey(symbol), symbol);
  }
  return {
    folder: (name) => (byName.has(name) ? name : byKey.get(symbolKey(name))),
    file: (name) => {
      const exact = stemOf(name).toUpperCase();
      if (byName.has(exact)) return { symbol: exact };
      const reading = readingsOf(name).find(({ key }) => byKey.has(key));
      const symbol = reading === undefined ? undefined : byKey.get(reading.key);
      return {
        ...(symbol === undefined ? {} : { symbol }),
        ...(reading?.interval === undefined ? {} : { interval: reading.interval }),
      };
    },
  };
}

/**
 * The files of a symbol (there may be none), or why they are ambiguous. Paths are relative to the folder, so that the
 * records of a series do not depend on where the folder is.
 */
export async function filesOf(
  { folder, interval, files, subfolders }: BarFolder,
  symbol: string,
): Promise<{ readonly paths: readonly string[] } | { readonly problem: string }> {
  const single = files.get(symbol) ?? [];
  const named = subfolders.get(symbol);
  if (named === undefined) return { paths: single };
  const subfolder = `${named}/${interval}`;
  const inside = (await listFolder(path.join(folder, subfolder), true))
    .map(({ name }) => name)
    .filter(isBarFile);
  const dated = inside.filter((name) => DATED_FILE.test(name));
  const chosen = dated.length > 0 ? dated : inside;
  if (single.length > 0 && chosen.length > 0)
    return { problem: `${symbol} has bars in ${single.join(', ')} and in ${subfolder}. Remove one of them` };
  if (dated.length === 0 && inside.length > 1)
    return {
      problem: `${subfolder} contains ${someOf(inside)}. Expected one file, or one file per day named YYYY-MM-DD.csv`,
    };
  return { paths: [...single, ...chosen.map((name) => `${subfolder}/${name}`)] };
}

async function listFolder(folder: string, optional = false): Promise<Dirent[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' && optional) return [];
    if (code === 'ENOENT') throw new InvalidInputError([`bars: the folder ${folder} does not exist`]);
    if (code === 'ENOTDIR')
      throw new InvalidInputError([`bars: ${folder} is a file. Give the folder that contains the bar files`]);
    throw new InvalidInputError([`bars: cannot read ${folder}: ${errorMessage(error)}`]);
  }
}

/** Some names for a message. */
export function someOf(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const listed = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${listed} and ${names.length - MAX_NAMES} more` : listed;
}
