import { InvalidInputError } from '../errors.js';
import { csvLines, csvTable } from '../text/csv-table.js';
import { isIsoDate } from '../time/dates.js';

/** A share in the exchange's list of securities. */
export interface Equity {
  readonly symbol: string;
  readonly company: string | null;
  readonly isin: string;
  readonly listingDate: string | null;
}

/** A change of a company's symbol. */
export interface SymbolChange {
  readonly from: string;
  readonly to: string;
  /** First day under the new symbol, ISO. */
  readonly date: string;
}

const COLUMNS = ['symbol', 'series', 'isin number'] as const;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * The shares of series EQ in the exchange's EQUITY_L.csv.
 *
 * @throws InvalidInputError when a column is missing.
 */
export function readEquityList(text: string, name: string): Equity[] {
  const { header, rows } = csvTable(text);
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw new InvalidInputError([
      `${name}: is not the NSE's EQUITY_L.csv. Missing columns: ${missing.join(', ')}; found: ${header.slice(0, 8).join(', ') || 'nothing'}`,
    ]);
  return rows.flatMap((row) => {
    const [symbol, isin] = [row.cell('symbol'), row.cell('isin number')];
    if (row.cell('series') !== 'EQ' || symbol === undefined || isin === undefined) return [];
    const company = row.cell('name of company') ?? null;
    return [{ symbol, company, isin, listingDate: nseDate(row.cell('date of listing') ?? '') }];
  });
}

/**
 * The changes in the exchange's symbolchange.csv (company, old symbol, new symbol, date), with or without a header.
 *
 * @returns In order of date.
 * @throws InvalidInputError when no line is a change.
 */
export function readSymbolChanges(text: string, name: string): SymbolChange[] {
  const changes = csvLines(text).flatMap(({ cells }) => {
    const [, from = '', to = '', day = ''] = cells;
    const date = nseDate(day);
    return from === '' || to === '' || date === null ? [] : [{ from, to, date }];
  });
  if (changes.length === 0)
    throw new InvalidInputError([
      `${name}: is not the NSE's symbolchange.csv. Expected lines such as: company, old symbol, new symbol, 07-MAR-2022`,
    ]);
  return changes.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

/** Converts `07-MAR-2022` to an ISO date; null if it is not a date. */
function nseDate(text: string): string | null {
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  const month = MONTHS.indexOf((match?.[2] ?? '').toUpperCase()) + 1;
  if (match === null || month === 0) return null;
  const date = `${match[3] ?? ''}-${String(month).padStart(2, '0')}-${(match[1] ?? '').padStart(2, '0')}`;
  return isIsoDate(date) ? date : null;
}
