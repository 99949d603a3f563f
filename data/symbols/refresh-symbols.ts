import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { InvalidInputError, errorMessage, systemErrorCode } from '../errors.js';
import type { SymbolMasterFile } from '../schemas/symbol-master.js';
import { symbolMasterSchema } from '../schemas/symbol-master.js';
import { sha256 } from '../store/digests.js';
import { writeJson } from '../store/files.js';
import type { Home } from '../store/home.js';
import type { JoinedSymbols } from './join-symbols.js';
import { joinSymbols } from './join-symbols.js';
import { readEquityList, readSymbolChanges } from './nse-lists.js';
import { readSecurityMaster } from './security-master.js';
import type { SymbolLists } from './symbol-lists.js';

/** Timeout for fetching one list. */
const TIMEOUT_MS = 60_000;

/**
 * Reads the three lists, joins them and writes the result to the home folder. For shares that are not in the lists,
 * the project's own list (data/reference/symbols.csv) is used. If a list is missing or wrong, nothing is written.
 *
 * @param cwd Folder that relative paths are resolved against.
 * @throws InvalidInputError naming every list that cannot be read or is in the wrong format.
 */
export async function refreshSymbols(home: Home, lists: SymbolLists, cwd: string): Promise<JoinedSymbols> {
  const problems: string[] = [];
  const sources: SymbolMasterFile['lists'] = [];
  const read = async <T>(
    list: keyof SymbolLists,
    parse: (content: Uint8Array, name: string) => readonly T[],
  ): Promise<readonly T[]> => {
    const from = lists[list];
    try {
      const content = await contentOf(from, cwd);
      const parsed = parse(content, from);
      if (parsed.length === 0) throw new InvalidInputError([`${from}: contains no share of series EQ`]);
      sources.push({ list, from, sha256: sha256(content) });
      return parsed;
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(...error.problems.map((problem) => `${list}: ${problem}`));
      return [];
    }
  };
  const text = (content: Uint8Array): string => Buffer.from(content).toString('utf8');
  const securities = await read('securityMaster', readSecurityMaster);
  const equities = await read('equityList', (content, name) => readEquityList(text(content), name));
  const changes = await read('symbolChanges', (content, name) => readSymbolChanges(text(content), name));
  if (problems.length > 0) throw new InvalidInputError(problems);
  const joined = joinSymbols(equities, securities, changes);
  const file = symbolMasterSchema.safeParse({ lists: sources, records: joined.records });
  if (!file.success)
    throw new InvalidInputError(
      file.error.issues
        .slice(0, 5)
        .map(({ path: place, message }) => `equityList: ${nameOf(joined, place)}: ${message}`),
    );
  await writeJson(home.symbolMaster(), file.data);
  return joined;
}

function nameOf({ records }: JoinedSymbols, place: readonly PropertyKey[]): string {
  const [, index, field] = place;
  return `${records[Number(index)]?.symbol ?? '?'}: ${String(field)}`;
}

async function contentOf(from: string, cwd: string): Promise<Uint8Array> {
  if (!/^https?:/.test(from)) {
    try {
      return await readFile(path.resolve(cwd, from));
    } catch (error) {
      throw new InvalidInputError([`cannot read ${from} (${systemErrorCode(error) ?? errorMessage(error)})`]);
    }
  }
  let response: Response;
  try {
    // The exchange refuses clients other than browsers.
    const headers = { 'user-agent': 'Mozilla/5.0 (compatible; gurukul)', accept: '*/*' };
    response = await fetch(from, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new InvalidInputError([
      `cannot fetch ${from} (${errorMessage(cause)}). Save it with a browser and give the file instead`,
    ]);
  }
  throw new InvalidInputError([
    `cannot fetch ${from} (HTTP ${response.status}). Save it with a browser and give the file instead`,
  ]);
}
