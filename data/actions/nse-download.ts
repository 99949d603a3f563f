import { InvalidInputError } from '../errors.js';
import { SYMBOL_PATTERN } from '../schemas/run-choices.js';
import type { CsvTable } from '../text/csv-table.js';
import type { ActionFile, ActionRow, ActionWithoutFactor } from './action-file.js';
import { readPurpose } from './nse-purpose.js';
import { readDate } from './read-date.js';

/** Columns of the NSE's corporate-actions download, and as its API calls them. */
const PURPOSE = ['purpose', 'subject'] as const;
const EX_DATE = ['ex-date', 'ex date', 'exdate'] as const;
/** Series of shares; others are bonds, warrants and the like. */
const SHARES = new Set(['EQ', 'BE', 'BZ', 'SM', 'ST']);

/** Whether a header, in lower case, is that of the NSE's corporate-actions download. */
export function isNseDownload(header: readonly string[]): boolean {
  return [['symbol'], PURPOSE, EX_DATE].every((names) => names.some((name) => header.includes(name)));
}

/**
 * Reads the NSE's download of corporate actions (nseindia.com, Corporate filings, Corporate actions, CSV). Splits and
 * bonuses become rows; demergers, rights and schemes have no factor in it; dividends, meetings, rows without an
 * ex-date and rows of bonds are counted.
 *
 * @throws InvalidInputError naming every action with a symbol or a date that cannot be read.
 */
export function readNseDownload({ rows: lines }: CsvTable, file: string): ActionFile {
  const problems: string[] = [];
  const rows: ActionRow[] = [];
  const withoutFactor: ActionWithoutFactor[] = [];
  for (const row of lines) {
    const cell = (names: readonly string[]): string =>
      names.map((name) => row.cell(name)).find((text) => text !== undefined) ?? '';
    const [symbol, purpose, date] = [cell(['symbol']), cell(PURPOSE), cell(EX_DATE)];
    const place = `${file}:${row.line}`;
    const read = readPurpose(purpose);
    const isShare = SHARES.has(row.cell('series')?.toUpperCase() ?? 'EQ');
    if (read.effect === 'none' || !isShare || ['', '-'].includes(date)) continue;
    const exDate = readDate(date);
    if (!SYMBOL_PATTERN.test(symbol))
      problems.push(`${place}: symbol: "${symbol}" must be an NSE symbol, such as RELIANCE`);
    if (exDate === undefined)
      problems.push(`${place}: ex-date: "${date}" must be a date such as 15-Sep-2022 or 2022-09-15`);
    else if (read.effect === 'unknown factor') withoutFactor.push({ symbol, exDate, purpose, place });
    else {
      const { priceFactor, kind } = read;
      rows.push({ symbol, exDate, priceFactor, kind, evidence: `NSE: ${purpose}`, place });
    }
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { rows, withoutFactor, ignored: lines.length - rows.length - withoutFactor.length };
}
