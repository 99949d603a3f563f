import path from 'node:path';

import { loadCalendar } from '../calendar/calendar.js';
import { InvalidInputError } from '../errors.js';
import type { ReadOptions } from '../formats/engine/read-bar-file.js';
import { symbolKey } from '../formats/engine/symbol-key.js';
import { requireFormat } from '../formats/index.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { BarFolder } from './csv/bar-folder.js';
import { filesOf, listBarFolder } from './csv/bar-folder.js';
import { requireReadableBars } from './csv/check-folder.js';
import { digestOfOthers } from './csv/known-folder.js';
import { readSymbol } from './csv/read-symbol.js';
import { readSharedFiles } from './csv/shared-files.js';
import type { BarReader, FolderDeps, SourceConfig } from './source.js';
import { readDays } from './wanted-days.js';

/** What determines the bars that are read from a folder. */
export type CsvConfig = Pick<SourceConfig, 'bars' | 'interval' | 'format' | 'dateFormat' | 'stamps'> &
  Pick<RunConfig, 'from' | 'to'>;

/**
 * Opens a folder of bar files in any of the known formats (`data/formats/`). A symbol's bars are in files named after
 * it (`RELIANCE.csv`, `RELIANCE.NS.csv`, `NSE_RELIANCE, 1D.csv`), in a folder `SYMBOL/INTERVAL/` with files named by
 * date (one day or a range each; ranges may overlap) or with one other file, and in files of many symbols, such as
 * bhavcopies. Files may have any of the names that the company had. Only the days that the run needs are read and
 * judged.
 *
 * @throws InvalidInputError when the folder is missing, has no symbol of the universe, or has only files in an unknown
 * format. A single bad file is reported when its symbol is read.
 */
export async function openCsvSource(config: CsvConfig, deps: FolderDeps): Promise<BarReader> {
  const { universe, aliases, home } = deps;
  const { folder, options } = await checkCsvFolder(config, deps);
  const symbols = universe.members.map(({ symbol }) => symbol);
  const wanted = new Set(symbols.flatMap((symbol) => [symbol, ...aliases(symbol)]).map(symbolKey));
  const used = new Map<string, string>();
  const shared = (): ReturnType<typeof readSharedFiles> =>
    readSharedFiles(folder.folder, folder.others, { ...options, wanted, interval: folder.interval });
  const { calendar } = options;
  const { stamps, format, dateFormat } = config;
  const days = readDays({ ...config, source: 'csv' });
  let others: ReturnType<typeof digestOfOthers> | undefined;
  return {
    name: 'csv',
    origin: async (symbol) => {
      others ??= digestOfOthers({
        folder: folder.folder,
        names: folder.others,
        read: async () => (await shared()).read,
        home,
      });
      const names = [symbol, ...aliases(symbol)];
      const found = await Promise.all(names.map((name) => filesOf(folder, name)));
      const paths = found.map((files) => ('paths' in files ? files.paths : undefined));
      const ofOthers = await others;
      if (ofOthers === undefined || paths.includes(undefined)) return undefined;
      return {
        files: paths.flatMap((own) => own ?? []).map((file) => path.join(folder.folder, file)),
        given: {
          ...{ names, files: paths, others: ofOthers, days, interval: folder.interval },
          ...{ format, dateFormat, stamps },
        },
      };
    },
    read: (symbol) =>
      readSymbol(symbol, {
        folder,
        days,
        calendar,
        options,
        ...(stamps === undefined ? {} : { stamps }),
        aliases,
        shared,
        used: (file, format) => used.set(file, format),
      }),
    files: async () => {
      const { formats, unused } = await shared();
      const unread = [...folder.files.values()].flat().filter((file) => !used.has(file));
      const counts = new Map<string, number>();
      for (const format of [...used.values(), ...formats.values()])
        counts.set(format, (counts.get(format) ?? 0) + 1);
      return {
        formats: [...counts].map(([format, files]) => ({ format, files })),
        unused: [
          ...folder.unused,
          ...unused,
          ...unread.map((file) => ({
            file,
            reason: 'it is of a symbol that this run does not have, or cannot be read',
          })),
        ].sort((a, b) => (a.file < b.file ? -1 : 1)),
      };
    },
  };
}

/**
 * Checks a folder of bar files by its names and by the first lines of one file.
 *
 * @throws InvalidInputError as {@link openCsvSource}.
 */
export async function checkCsvFolder(
  { bars, interval, format, dateFormat }: Omit<CsvConfig, 'from' | 'to'>,
  { packageRoot, universe, aliases }: FolderDeps,
): Promise<{ readonly folder: BarFolder; readonly options: ReadOptions }> {
  if (bars === undefined)
    throw new InvalidInputError(['bars: is required for the source csv: the folder with the bar files']);
  if (format !== undefined) requireFormat(format);
  const symbols = universe.members.map(({ symbol }) => [symbol, ...aliases(symbol)]);
  const folder = await listBarFolder(bars, interval, symbols.flat());
  const options = {
    calendar: loadCalendar(packageRoot),
    ...(format === undefined ? {} : { format }),
    ...(dateFormat === undefined ? {} : { dateFormat }),
  };
  await requireReadableBars(folder, symbols, options);
  return { folder, options };
}
