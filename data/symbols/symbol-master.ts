import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { csvTable } from '../text/csv-table.js';
import { InvalidInputError } from '../errors.js';
import type { SymbolRecord } from '../schemas/symbol-master.js';
import { symbolMasterSchema, symbolRecordSchema } from '../schemas/symbol-master.js';
import { readJson } from '../store/files.js';
import type { Home } from '../store/home.js';

/** Look-up of NSE shares by current or former symbol. */
export interface SymbolMaster {
  /** Sorted by symbol. */
  readonly records: readonly SymbolRecord[];
  /** The share with this symbol, current or former. */
  find(symbol: string): SymbolRecord | undefined;
  /** ICICI Direct's code for a symbol, current or former; null if none is known. */
  isecCode(symbol: string): string | null;
}

/** Builds the look-up. A current symbol takes precedence over an equal former symbol of another share. */
export function symbolMasterOf(records: readonly SymbolRecord[]): SymbolMaster {
  const bySymbol = new Map<string, SymbolRecord>();
  for (const record of records)
    for (const former of record.formerSymbols) if (!bySymbol.has(former)) bySymbol.set(former, record);
  for (const record of records) bySymbol.set(record.symbol, record);
  return {
    records: sortRecords(records),
    find: (symbol) => bySymbol.get(symbol),
    isecCode: (symbol) => bySymbol.get(symbol)?.isecCode ?? null,
  };
}

/** Loads the project's own list, `data/reference/symbols.csv`. @throws InvalidInputError naming every wrong line. */
export async function loadReferenceSymbols(packageRoot: string): Promise<SymbolRecord[]> {
  const file = path.join(packageRoot, 'data', 'reference', 'symbols.csv');
  const problems: string[] = [];
  const records: SymbolRecord[] = [];
  for (const row of csvTable(await readFile(file, 'utf8')).rows) {
    const parsed = symbolRecordSchema.safeParse({
      symbol: row.cell('symbol') ?? '',
      company: row.cell('company') ?? null,
      industry: row.cell('industry') ?? null,
      isin: row.cell('isin') ?? null,
      listingDate: row.cell('listing_date') ?? null,
      isecCode: row.cell('isec_code') ?? null,
      formerSymbols: (row.cell('former_symbols') ?? '').split(' ').filter((symbol) => symbol !== ''),
    });
    if (parsed.success) records.push(parsed.data);
    else
      problems.push(
        ...parsed.error.issues.map(
          (issue) => `${file}:${row.line}: ${issue.path.map(String).join('.')}: ${issue.message}`,
        ),
      );
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return records;
}

/**
 * Loads the list written by `gurukul symbols refresh`, merged over the project's own list: a share that is not in the
 * refreshed list (it may be in the trade-for-trade segment at that time) keeps its record from the project's list.
 *
 * @throws GurukulError ChecksumMismatch when the refreshed file is damaged.
 */
export async function loadSymbolMaster(packageRoot: string, home: Home): Promise<SymbolMaster> {
  const [own, refreshed] = await Promise.all([
    loadReferenceSymbols(packageRoot),
    readJson(home.symbolMaster(), symbolMasterSchema),
  ]);
  return symbolMasterOf(mergeRecords(own, refreshed?.records ?? []));
}

/**
 * Merges newer records over older ones. Former symbols are combined, and the symbol of the older record becomes a
 * former symbol if it differs. Records are of one share if they have the same ISIN; a share whose face value changed
 * has a new ISIN of the same issuer under the same symbol; a record without ISIN is matched by its symbols.
 */
export function mergeRecords(older: readonly SymbolRecord[], newer: readonly SymbolRecord[]): SymbolRecord[] {
  const left = new Set(older);
  const byIsin = new Map(older.map((record) => [record.isin, record]));
  const bySymbol = new Map(older.map((record) => [record.symbol, record]));
  const withoutIsin = new Map(
    older
      .filter(({ isin }) => isin === null)
      .flatMap((record) => [record.symbol, ...record.formerSymbols].map((name) => [name, record] as const)),
  );
  const merged = newer.map((record) => {
    const namesake = bySymbol.get(record.symbol);
    const known =
      (record.isin === null ? undefined : byIsin.get(record.isin)) ??
      (namesake !== undefined && haveOneIssuer(namesake, record) ? namesake : undefined) ??
      [record.symbol, ...record.formerSymbols].map((name) => withoutIsin.get(name)).find(Boolean);
    if (known === undefined) return record;
    left.delete(known);
    const former = new Set([...record.formerSymbols, known.symbol, ...known.formerSymbols]);
    former.delete(record.symbol);
    return {
      symbol: record.symbol,
      company: record.company ?? known.company,
      industry: record.industry ?? known.industry,
      isin: record.isin ?? known.isin,
      listingDate: record.listingDate ?? known.listingDate,
      isecCode: record.isecCode ?? known.isecCode,
      formerSymbols: [...former],
    };
  });
  return sortRecords([...left, ...merged]);
}

/** Whether two records of one symbol are of one company: the ISIN's first seven characters are the issuer's. */
function haveOneIssuer(a: SymbolRecord, b: SymbolRecord): boolean {
  return a.isin === null || b.isin === null || a.isin.slice(0, 7) === b.isin.slice(0, 7);
}

function sortRecords(records: readonly SymbolRecord[]): SymbolRecord[] {
  return [...records].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
}
