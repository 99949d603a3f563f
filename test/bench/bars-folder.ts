import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { InvalidInputError, errorMessage } from '../../data/errors.js';
import { SYMBOL_PATTERN } from '../../data/schemas/run-choices.js';
import type { UniverseMember } from '../../data/schemas/universe.js';
import { writeJson } from '../../data/store/files.js';
import { packageRoot } from '../../data/store/package-root.js';
import { loadUniverse } from '../../data/universe/universe.js';

/**
 * Writes the universe of a folder of bar files: every symbol with a file `SYMBOL.csv` or a folder of its own.
 * Metadata of known symbols come from the project's universe.
 *
 * @throws InvalidInputError when the folder is missing or has no symbols.
 */
export async function writeFolderUniverse(file: string, bars: string): Promise<void> {
  const known = new Map(
    (await loadUniverse('nifty100', packageRoot)).members.map((member) => [member.symbol, member]),
  );
  const symbols = (await entriesOf(bars))
    .flatMap((entry) => {
      if (entry.isDirectory()) return [entry.name];
      return entry.name.endsWith('.csv') ? [entry.name.slice(0, -'.csv'.length)] : [];
    })
    .filter((name) => SYMBOL_PATTERN.test(name))
    .sort();
  if (symbols.length === 0)
    throw new InvalidInputError([`--bars: ${bars} has no files or folders named after NSE symbols`]);
  const members = symbols.map((symbol): Partial<UniverseMember> => known.get(symbol) ?? { symbol });
  await writeJson(file, { name: path.basename(bars), members });
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new InvalidInputError([`--bars: cannot read ${folder}: ${errorMessage(error)}`]);
  }
}
