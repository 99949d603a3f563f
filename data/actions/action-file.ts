import { InvalidInputError } from '../errors.js';
import { corporateActionSchema } from '../schemas/corporate-action.js';
import { SYMBOL_PATTERN } from '../schemas/run-choices.js';
import type { CsvRow } from '../text/csv-table.js';
import { csvTable } from '../text/csv-table.js';
import { isNseDownload, readNseDownload } from './nse-download.js';
import { readDate } from './read-date.js';

/** A row of a list of corporate actions. */
export interface ActionRow {
  readonly symbol: string;
  /** First session traded at the new price, ISO. */
  readonly exDate: string;
  /** Prices before `exDate` are divided by it; 1: there is no action on that day, whatever another list says. */
  readonly priceFactor: number;
  readonly kind: string;
  /** How the action is known; null if the list does not say. */
  readonly evidence: string | null;
  /** `file:line`. */
  readonly place: string;
}

/** An action whose factor the list does not give: a demerger, a rights issue, a scheme of arrangement. */
export type ActionWithoutFactor = Pick<ActionRow, 'symbol' | 'exDate' | 'place'> & {
  /** As the list has it. */
  readonly purpose: string;
};

/** What a file says of corporate actions. */
export interface ActionFile {
  readonly rows: readonly ActionRow[];
  readonly withoutFactor: readonly ActionWithoutFactor[];
  /** Number of rows that do not change prices in steps: dividends, meetings, interest. */
  readonly ignored: number;
}

const COLUMNS = ['symbol', 'ex_date', 'price_factor', 'kind'] as const;

/** The kind of a row that takes an action of another list away. */
export const NO_ACTION = 'none';

/**
 * Parses a list of corporate actions: CSV with the columns symbol, ex_date, price_factor and kind (evidence may
 * follow, other columns are ignored), or the NSE's download of corporate actions as it is. A row of kind `none`
 * needs no factor.
 *
 * @throws InvalidInputError naming the file and every wrong line.
 */
export function parseActionFile(text: string, file: string): ActionFile {
  const table = csvTable(text);
  if (isNseDownload(table.header)) return readNseDownload(table, file);
  const missing = COLUMNS.filter((column) => !table.header.includes(column));
  if (missing.length > 0)
    throw new InvalidInputError([
      `${file}:1: missing columns in the header: ${missing.join(', ')}. Expected ${COLUMNS.join(',')}, ` +
        "or the NSE's download of corporate actions as it is",
    ]);
  const problems: string[] = [];
  const rows: ActionRow[] = [];
  for (const row of table.rows) {
    const read = readRow(row, `${file}:${row.line}`);
    if ('problems' in read) problems.push(...read.problems);
    else rows.push(read);
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { rows, withoutFactor: [], ignored: 0 };
}

function readRow(row: CsvRow, place: string): ActionRow | { readonly problems: readonly string[] } {
  const kind = row.cell('kind');
  const factor = row.cell('price_factor');
  const date = row.cell('ex_date');
  const parsed = corporateActionSchema.safeParse({
    exDate: date === undefined ? date : (readDate(date) ?? date),
    priceFactor: kind === NO_ACTION ? 1 : Number(factor ?? 'NaN'),
    kind,
  });
  const symbol = row.cell('symbol') ?? '';
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map(({ path: [field] }) => `${place}: ${wrong(field)}`)),
    ...(SYMBOL_PATTERN.test(symbol)
      ? []
      : [`${place}: symbol: must ${symbol === '' ? 'not be empty' : 'be an NSE symbol, such as RELIANCE'}`]),
  ];
  return parsed.success && problems.length === 0
    ? { symbol, ...parsed.data, evidence: row.cell('evidence') ?? null, place }
    : { problems };
}

/** What a cell must be, by the field that is read from it. */
function wrong(field: PropertyKey | undefined): string {
  if (field === 'exDate') return 'ex_date: must be an existing date, as YYYY-MM-DD or 15-Sep-2022';
  if (field === 'priceFactor') return 'price_factor: must be a number above 0, such as 5 or 1.5';
  return 'kind: must not be empty';
}
