import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { csvTable } from '../csv-table.js';
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
      isin: row.cell('isin') ?? '',
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
 * Merges newer records over older ones, matched by ISIN. Former symbols are combined, and the symbol of the older
 * record becomes a former symbol if it differs.
 */
export function mergeRecords(older: readonly SymbolRecord[], newer: readonly SymbolRecord[]): SymbolRecord[] {
  const merged = new Map(older.map((record) => [record.isin, record]));
  for (const record of newer) {
    const known = merged.get(record.isin);
    const former = new Set([...record.formerSymbols, ...(known?.formerSymbols ?? [])]);
    if (known !== undefined) former.add(known.symbol);
    former.delete(record.symbol);
    merged.set(record.isin, {
      ...record,
      company: record.company ?? known?.company ?? null,
      listingDate: record.listingDate ?? known?.listingDate ?? null,
      isecCode: record.isecCode ?? known?.isecCode ?? null,
      formerSymbols: [...former],
    });
  }
  return sortRecords([...merged.values()]);
}

function sortRecords(records: readonly SymbolRecord[]): SymbolRecord[] {
  return [...records].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
}
