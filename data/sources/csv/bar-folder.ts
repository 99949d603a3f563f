import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { InvalidInputError, errorMessage, systemErrorCode } from '../../errors.js';
import { symbolKey } from '../../formats/engine/symbol-key.js';
import type { Interval } from '../../schemas/run-choices.js';
import { isBarFile, readingsOf, stemOf } from './file-names.js';

/** Corporate actions lie beside the bars. */
export const ACTIONS_FILE = 'corporate_actions.csv';
/** A file of one day, or of a range: `2022-01-03.csv`, `2022-01-01_2022-06-30.csv`, `2022-01-01_to_2022-06-30.csv`. */
const DATED_FILE = /^\d{4}-\d{2}-\d{2}(?:_(?:to_)?\d{4}-\d{2}-\d{2})?\.csv(?:\.gz)?$/;
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
 * Lists a folder and finds out which symbol each file is of, by its name.
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
  const byName = new Map<string, string>();
  const byKey = new Map<string, string>();
  for (const symbol of known) {
    byName.set(symbol, symbol);
    if (!byKey.has(symbolKey(symbol))) byKey.set(symbolKey(symbol), symbol);
  }
  const files = new Map<string, string[]>();
  const subfolders = new Map<string, string>();
  const others: string[] = [];
  const unused: UnusedFile[] = [];
  for (const entry of entries) {
    const { name } = entry;
    const exact = byName.get(stemOf(name).toUpperCase());
    if (entry.isDirectory() && !isBarFile(name)) {
      const symbol = byName.get(name) ?? byKey.get(symbolKey(name));
      if (symbol === undefined)
        unused.push({ file: `${name}/`, reason: 'a folder that is not named as a symbol' });
      else if (!subfolders.has(symbol) || name === symbol) subfolders.set(symbol, name);
      continue;
    }
    if (name === ACTIONS_FILE || name.startsWith('.')) continue;
    if (!isBarFile(name)) {
      unused.push({
        file: name,
        reason: 'its name is not that of a bar file (.csv, .txt, .parquet, .gz, .zip)',
      });
      continue;
    }
    const reading = exact === undefined ? readingsOf(name).find(({ key }) => byKey.has(key)) : undefined;
    const symbol = exact ?? (reading === undefined ? undefined : byKey.get(reading.key));
    if (symbol === undefined) others.push(name);
    else if (reading?.interval !== undefined && reading.interval !== interval)
      unused.push({ file: name, reason: `by its name, its bars are not those of --interval ${interval}` });
    else files.set(symbol, [...(files.get(symbol) ?? []), name]);
  }
  return { folder, interval, names: entries.map(({ name }) => name), files, subfolders, others, unused };
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
