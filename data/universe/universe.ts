import { readdir } from 'node:fs/promises';
import path from 'node:path';

import type { z } from 'zod';

import { csvTable } from '../text/csv-table.js';
import { InvalidInputError, errorMessage, systemErrorCode } from '../errors.js';
import type { MembershipList } from './membership.js';
import { loadMembership, spansOf } from './membership.js';
import { didYouMean } from '../text/near-matches.js';
import { MAX_SYMBOLS } from '../schemas/run-choices.js';
import type { MembershipHistory, Universe, UniverseMember } from '../schemas/universe.js';
import { universeMemberSchema, universeSchema } from '../schemas/universe.js';
import { readBounded, tooLargeText } from '../store/read-bounded.js';
import { loadReferenceSymbols } from '../symbols/symbol-master.js';

/** Column of a universe in CSV → field. `company name` and `isin code` are the spellings of the NSE's index lists. */
export const CSV_FIELDS = {
  symbol: 'symbol',
  company: 'company',
  'company name': 'company',
  industry: 'industry',
  isin: 'isin',
  'isin code': 'isin',
  isec_code: 'isecCode',
  listing_date: 'listingDate',
  from: 'from',
  to: 'to',
} as const;

/**
 * Loads a universe: a built-in one by name (`nifty100`), or a file by its path.
 * - CSV with a header: the column `symbol` is required; company, industry, isin, isec_code, listing_date, from, to and
 *   exclusion_reason are optional; other columns are ignored.
 * - JSON: a list of symbols, a list of members, or `{name, members}` as in data/reference/nifty100.json.
 *
 * Members with `from` and `to` make it a universe with a history, in which a symbol may be listed several times. A
 * built-in universe has one if there is a list of its members.
 *
 * @returns Members sorted by symbol, each once.
 * @throws InvalidInputError naming the file and every wrong line or field.
 */
export async function loadUniverse(nameOrPath: string, packageRoot: string): Promise<Universe> {
  const folder = path.join(packageRoot, 'data', 'reference');
  const builtIn = (await readdir(folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5));
  const isBuiltIn = builtIn.includes(nameOrPath);
  const file = isBuiltIn ? path.join(folder, `${nameOrPath}.json`) : path.resolve(nameOrPath);
  let text: string | undefined;
  try {
    text = readBounded(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new InvalidInputError([
        `universe: ${nameOrPath} is neither a built-in universe (${builtIn.join(', ')}) nor an existing file${didYouMean(nameOrPath, builtIn)}`,
      ]);
    }
    throw new InvalidInputError([`universe: cannot read ${file}: ${errorMessage(error)}`]);
  }
  if (text === undefined) throw new InvalidInputError([`universe: ${tooLargeText(file)}`]);
  const { name, members } = file.endsWith('.json') ? fromJson(text, file) : fromCsv(text, file);
  const sorted = sortedMembers(members, file);
  const known = isBuiltIn ? await loadMembership(name, packageRoot) : undefined;
  if (known !== undefined)
    return { name, members: sorted, history: await builtInHistory(known, sorted, packageRoot) };
  if (!members.some(hasDates)) return { name, members: sorted };
  const rows = members.map(({ symbol, from = null, to = null }) => ({ symbol, from, to }));
  return { name, members: sorted, history: { spans: spansOf(rows), others: [], known: null } };
}

/** A list of members as a history; what is known of those that the universe does not have is in the symbol master. */
async function builtInHistory(
  { rows, known }: MembershipList,
  members: readonly UniverseMember[],
  packageRoot: string,
): Promise<MembershipHistory> {
  const spans = spansOf(rows);
  const listed = new Set(members.map(({ symbol }) => symbol));
  const master = new Map((await loadReferenceSymbols(packageRoot)).map((record) => [record.symbol, record]));
  const others = [...spans.keys()]
    .filter((symbol) => !listed.has(symbol))
    .sort()
    .map((symbol): UniverseMember => {
      const record = master.get(symbol);
      return {
        symbol,
        company: record?.company ?? null,
        industry: record?.industry ?? null,
        isin: record?.isin ?? null,
        isecCode: record?.isecCode ?? null,
        listingDate: record?.listingDate ?? null,
        exclusion: null,
      };
    });
  return { spans, others, known };
}

function hasDates({ from, to }: UniverseMember): boolean {
  return from !== undefined || to !== undefined;
}

/**
 * The members with these symbols, sorted by symbol; all members if `symbols` is absent.
 *
 * @throws InvalidInputError naming every symbol that is not in the universe.
 */
export function selectSymbols(universe: Universe, symbols?: readonly string[]): UniverseMember[] {
  if (symbols === undefined) return [...universe.members];
  const known = new Set(universe.members.map((member) => member.symbol));
  const wanted = new Set(symbols);
  const unknown = [...wanted].filter((symbol) => !known.has(symbol));
  if (unknown.length > 0) {
    throw new InvalidInputError(
      unknown.map(
        (symbol) => `symbols: ${symbol} is not in universe ${universe.name}${didYouMean(symbol, known)}`,
      ),
    );
  }
  return universe.members.filter((member) => wanted.has(member.symbol));
}

function fromJson(text: string, file: string): ListedUniverse {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new InvalidInputError([`${file}: is not JSON: ${errorMessage(error)}`]);
  }
  const members = (items: readonly unknown[]): unknown[] => {
    requireCount(items.length, file);
    return items.map((item) => (typeof item === 'string' ? { symbol: item } : item));
  };
  const named = Array.isArray(content) ? { name: nameOf(file), members: members(content) } : content;
  if (
    typeof content === 'object' &&
    content !== null &&
    'members' in content &&
    Array.isArray(content.members)
  )
    requireCount(content.members.length, file);
  return checked(universeSchema, named, (field) => `${file}: ${field}`);
}

/** A universe as it is in a file. */
type ListedUniverse = z.output<typeof universeSchema>;

function fromCsv(text: string, file: string): ListedUniverse {
  const { header, rows } = csvTable(text);
  if (!header.includes('symbol')) {
    throw new InvalidInputError([
      `${file}:1: the header must have a column symbol; found ${describeHeader(header)}`,
    ]);
  }
  requireCount(rows.length, file);
  const problems: string[] = [];
  const members: UniverseMember[] = [];
  for (const row of rows) {
    const draft: Record<string, unknown> = { symbol: '' };
    for (const [column, field] of Object.entries(CSV_FIELDS)) {
      const cell = row.cell(column);
      if (cell !== undefined) draft[field] = cell;
    }
    if (header.includes('from') || header.includes('to')) {
      draft['from'] ??= null;
      draft['to'] ??= null;
    }
    const reason = row.cell('exclusion_reason');
    if (reason !== undefined) draft['exclusion'] = { reason };
    try {
      members.push(checked(universeMemberSchema, draft, (field) => `${file}:${row.line}: ${field}`));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (rows.length === 0) problems.push(`${file}: contains a header but no symbols`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { name: nameOf(file), members };
}

/** Refuses a list that no run can take, before each of its members is checked. */
function requireCount(members: number, file: string): void {
  if (members > MAX_SYMBOLS)
    throw new InvalidInputError([
      `${file}: contains ${members} symbols; a universe has at most ${MAX_SYMBOLS}: split it into several files`,
    ]);
}

/**
 * A header as a message may show it. Whoever starts a run names the file and the worker reads it, so the first
 * line of a file that is not a table (a key, a password file) must not get into a workflow history.
 */
function describeHeader(header: readonly string[]): string {
  if (header.length === 0) return 'an empty file';
  const isTable = header.every((name) => /^[a-z][a-z _().%]{0,23}$/i.test(name));
  return isTable ? header.slice(0, 20).join(',') : 'a line that is not a CSV header';
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: (field: string) => string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    parsed.error.issues.map(
      (issue) => `${place(issue.path.map(String).join('.') || 'content')}: ${issue.message}`,
    ),
  );
}

/** The members by symbol, each once; only one with dates may be listed several times. */
function sortedMembers(members: readonly UniverseMember[], file: string): UniverseMember[] {
  const bySymbol = new Map<string, UniverseMember>();
  const doubled = new Set<string>();
  for (const { from: _from, to: _to, ...member } of members) {
    const known = bySymbol.get(member.symbol);
    if (known !== undefined && !members.some(hasDates)) doubled.add(member.symbol);
    bySymbol.set(member.symbol, known === undefined ? member : completed(known, member));
  }
  if (doubled.size > 0)
    throw new InvalidInputError([...doubled].map((symbol) => `${file}: ${symbol} is listed more than once`));
  return [...bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** A member with what another row of it says beside. */
export function completed(member: UniverseMember, other: UniverseMember): UniverseMember {
  return {
    symbol: member.symbol,
    company: member.company ?? other.company,
    industry: member.industry ?? other.industry,
    isin: member.isin ?? other.isin,
    isecCode: member.isecCode ?? other.isecCode,
    listingDate: member.listingDate ?? other.listingDate,
    exclusion: member.exclusion ?? other.exclusion,
  };
}

function nameOf(file: string): string {
  return path.basename(file, path.extname(file));
}
