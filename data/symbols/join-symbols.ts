import type { SymbolRecord } from '../schemas/symbol-master.js';
import type { Equity, SymbolChange } from './nse-lists.js';
import type { Security } from './security-master.js';

/** The joined records, and remarks about what did not match. */
export interface JoinedSymbols {
  /** Sorted by symbol. */
  readonly records: readonly SymbolRecord[];
  /** For a person, one per line. */
  readonly remarks: readonly string[];
}

/** Remarks of one kind that are listed one by one. */
const MAX_LISTED = 5;

/**
 * Joins the exchange's shares with ICICI Direct's codes by ISIN (series EQ in both lists). Symbols can differ between
 * the two lists for weeks after a company is renamed; ISINs do not.
 */
export function joinSymbols(
  equities: readonly Equity[],
  securities: readonly Security[],
  changes: readonly SymbolChange[],
): JoinedSymbols {
  const byIsin = new Map<string, Security[]>();
  for (const security of securities)
    byIsin.set(security.isin, [...(byIsin.get(security.isin) ?? []), security]);
  const renamed: string[] = [];
  const ambiguous: string[] = [];
  let without = 0;
  const records = equities.map(({ symbol, company, isin, listingDate }): SymbolRecord => {
    const found = byIsin.get(isin) ?? [];
    const codes = new Set(found.map(({ isecCode }) => isecCode));
    const named = found.find((security) => security.symbol === symbol) ?? found[0];
    if (codes.size > 1)
      ambiguous.push(
        `${symbol}: its ISIN ${isin} has several codes at ICICI Direct: ${[...codes].join(' and ')}`,
      );
    if (named === undefined) without += 1;
    else if (named.symbol !== symbol)
      renamed.push(`${symbol}: ICICI Direct still lists it as ${named.symbol}`);
    const formerSymbols = formerOf(symbol, changes);
    return {
      ...{ symbol, company, industry: null, isin, listingDate },
      isecCode: named?.isecCode ?? null,
      formerSymbols,
    };
  });
  return {
    records: records.sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0)),
    remarks: [
      ...(without > 0 ? [`${without} of ${equities.length} shares have no code at ICICI Direct`] : []),
      ...some(ambiguous),
      ...some(renamed),
    ],
  };
}

/** The former symbols of a symbol, latest first; follows a chain of renames. */
function formerOf(symbol: string, changes: readonly SymbolChange[]): string[] {
  const former: string[] = [];
  let current = symbol;
  let before = '9999-12-31';
  for (;;) {
    const last = changes.findLast(({ to, date }) => to === current && date <= before);
    if (last === undefined || last.from === symbol || former.includes(last.from)) return former;
    former.push(last.from);
    current = last.from;
    before = last.date;
  }
}

function some(remarks: readonly string[]): string[] {
  const more = remarks.length - MAX_LISTED;
  return [...remarks.slice(0, MAX_LISTED), ...(more > 0 ? [`and ${more} more of the same kind`] : [])];
}
