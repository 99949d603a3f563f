import type { Dirent } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import type { BarFile } from '../bars/read-bar-files.js';
import { joinBars } from '../bars/join-bars.js';
import { BAR_HEADER, readBarFiles } from '../bars/read-bar-files.js';
import { InvalidInputError, errorMessage, systemErrorCode } from '../errors.js';
import type { Finding } from '../schemas/ingest.js';
import type { Interval } from '../schemas/run-choices.js';
import type { BarReader, FolderDeps, SourceBars, SourceConfig } from './source.js';

/** A file of one day, or of a range: `2022-01-03.csv`, `2022-01-01_2022-06-30.csv`, `2022-01-01_to_2022-06-30.csv`. */
const DATED_FILE = /^\d{4}-\d{2}-\d{2}(?:_(?:to_)?\d{4}-\d{2}-\d{2})?\.csv$/;
/** Number of characters at the start of a file that decide whether its format is known. */
const HEAD = 4096;
/** Number of file names that a message lists. */
const MAX_NAMES = 5;

/**
 * Opens a folder of CSV files. For each symbol it has either `SYMBOL.csv`, or a folder `SYMBOL/INTERVAL/` with files
 * named by date (one day or a range each; ranges may overlap, other files beside them are ignored), or with one
 * other CSV file. Bars may be under any name that the share has or had.
 *
 * @throws InvalidInputError when the folder is missing, has no symbol of the universe, or has only files in another
 * format. A single bad file is reported when its symbol is read.
 */
export async function openCsvSource(
  config: Pick<SourceConfig, 'bars' | 'interval'>,
  deps: FolderDeps,
): Promise<BarReader> {
  const layout = await checkCsvFolder(config, deps);
  return {
    name: 'csv',
    read: (symbol) => readSymbol(layout, symbol, deps.aliases(symbol)),
  };
}

/**
 * Checks a folder of CSV files by its names and by the first lines of one file.
 *
 * @throws InvalidInputError as {@link openCsvSource}.
 */
export async function checkCsvFolder(
  { bars: folder, interval }: Pick<SourceConfig, 'bars' | 'interval'>,
  { universe, aliases }: FolderDeps,
): Promise<Layout> {
  if (folder === undefined)
    throw new InvalidInputError(['bars: is required for the source csv: the folder with the bar files']);
  const entries = await listFolder(folder);
  const layout = { folder, interval, names: new Set(entries.map(({ name }) => name)) };
  await requireKnownFormat(
    layout,
    universe.members.flatMap(({ symbol }) => [symbol, ...aliases(symbol)]),
  );
  return layout;
}

interface Layout {
  readonly folder: string;
  readonly interval: Interval;
  /** Names of the files and folders in it. */
  readonly names: ReadonlySet<string>;
}

async function readSymbol(layout: Layout, symbol: string, others: readonly string[]): Promise<SourceBars> {
  const texts: BarFile[] = [];
  const findings: Finding[] = [];
  for (const name of [symbol, ...others]) {
    const files = await filesOf(layout, name);
    if ('problem' in files) return refused('ambiguous_files', files.problem);
    for (const file of files.paths) {
      const text = await readText(layout.folder, file);
      if (typeof text !== 'string') return refused('unreadable_file', text.problem);
      texts.push({ name: file, text, symbol: name });
    }
    if (name !== symbol && files.paths.length > 0) {
      const message = `${symbol}: the bars under its other name ${name} are used`;
      findings.push({ severity: 'info', code: 'former_symbol', message });
    }
  }
  const joined = joinBars(readBarFiles(texts, symbol, layout.interval));
  return { ...joined, findings: [...findings, ...joined.findings] };
}

async function readText(folder: string, name: string): Promise<string | { readonly problem: string }> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    return { problem: `${name}: cannot be read (${systemErrorCode(error) ?? errorMessage(error)})` };
  }
}

function refused(code: string, message: string): SourceBars {
  return { series: null, findings: [{ severity: 'error', code, message }] };
}

/**
 * The files of a symbol (there may be none), or why they are ambiguous. Paths are relative to the folder, so that the
 * records of a series do not depend on where the folder is.
 */
async function filesOf(
  { folder, interval, names }: Layout,
  symbol: string,
): Promise<{ readonly paths: readonly string[] } | { readonly problem: string }> {
  const single = names.has(`${symbol}.csv`) ? [`${symbol}.csv`] : [];
  if (!names.has(symbol)) return { paths: single };
  const subfolder = `${symbol}/${interval}`;
  const files = (await listFolder(path.join(folder, subfolder), true))
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.csv'));
  const dated = files.filter((name) => DATED_FILE.test(name)).sort();
  const chosen = dated.length > 0 ? dated : files;
  if (single.length > 0 && chosen.length > 0)
    return { problem: `${symbol} has bars in ${single.join('')} and in ${subfolder}. Remove one of them` };
  if (dated.length === 0 && files.length > 1)
    return {
      problem: `${subfolder} contains ${someOf(files)}. Expected one file, or one file per day named YYYY-MM-DD.csv`,
    };
  return { paths: [...single, ...chosen.map((name) => `${subfolder}/${name}`)] };
}

/** @throws InvalidInputError unless the file of at least one symbol starts with readable bars. */
async function requireKnownFormat(layout: Layout, symbols: readonly string[]): Promise<void> {
  const problems: string[] = [];
  for (const symbol of symbols) {
    const files = await filesOf(layout, symbol);
    const [first] = 'problem' in files ? [] : files.paths;
    if ('problem' in files) problems.push(files.problem);
    if (first === undefined) continue;
    const problem = await problemOfHead(layout, first, symbol);
    if (problem === undefined) return;
    problems.push(problem);
  }
  const [example] = problems;
  if (example !== undefined)
    throw new InvalidInputError([
      `bars: none of the ${problems.length} file(s) of this universe in ${layout.folder} can be read as ${layout.interval} bars. The first problem: ${example}`,
    ]);
  throw new InvalidInputError([
    `bars: ${layout.folder} contains no ${layout.interval} bars of this universe. Found: ${someOf([...layout.names])}. ` +
      `Expected SYMBOL.csv, or SYMBOL/${layout.interval}/YYYY-MM-DD.csv, with the header ${BAR_HEADER}`,
  ]);
}

/** Why the first lines of a file cannot be read as bars; undefined if they can. */
async function problemOfHead(
  { folder, interval }: Layout,
  file: string,
  symbol: string,
): Promise<string | undefined> {
  const text = await readText(folder, file);
  if (typeof text !== 'string') return text.problem;
  const head = text.length <= HEAD ? text : text.slice(0, text.lastIndexOf('\n', HEAD) + 1);
  const { series, findings } = readBarFiles([{ name: file, text: head }], symbol, interval);
  return series === null ? (findings[0]?.message ?? `${file}: contains no bars`) : undefined;
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

function someOf(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const listed = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${listed} and ${names.length - MAX_NAMES} more` : listed;
}
