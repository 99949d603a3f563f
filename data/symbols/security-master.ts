import { strFromU8, unzipSync } from 'fflate';

import { csvTable } from '../text/csv-table.js';
import { InvalidInputError, errorMessage } from '../errors.js';

/** The list of the cash market inside SecurityMaster.zip. */
const LIST = 'NSEScripMaster.txt';
/** The list has a few megabytes. */
const MAX_BYTES = 64 * 1_048_576;
const COLUMNS = ['shortname', 'series', 'isincode', 'exchangecode'] as const;

/** A share in ICICI Direct's list. */
export interface Security {
  /** ShortName: the code that Breeze expects. */
  readonly isecCode: string;
  readonly isin: string;
  /** ExchangeCode: the NSE symbol. */
  readonly symbol: string;
}

/**
 * The shares of series EQ in ICICI Direct's SecurityMaster.zip, or in its NSEScripMaster.txt alone.
 *
 * @throws InvalidInputError when it is neither, or a column is missing.
 */
export function readSecurityMaster(content: Uint8Array, name: string): Security[] {
  const { header, rows } = csvTable(unquoted(listOf(content, name)));
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw new InvalidInputError([
      `${name}: ${LIST} has no column ${missing.join(', ')}; found: ${header.slice(0, 12).join(', ') || 'nothing'}`,
    ]);
  return rows.flatMap((row) => {
    const [isecCode, isin, symbol] = [row.cell('shortname'), row.cell('isincode'), row.cell('exchangecode')];
    const complete = isecCode !== undefined && isin !== undefined && symbol !== undefined;
    return row.cell('series') === 'EQ' && complete ? [{ isecCode, isin, symbol }] : [];
  });
}

function listOf(content: Uint8Array, name: string): string {
  if (content[0] !== 0x50 || content[1] !== 0x4b) return strFromU8(content);
  try {
    const entries = unzipSync(content, {
      filter: ({ name: entry, originalSize }) => {
        if (entry.split('/').at(-1)?.toLowerCase() !== LIST.toLowerCase()) return false;
        if (originalSize > MAX_BYTES)
          throw new InvalidInputError([
            `${name}: ${LIST} has ${originalSize} bytes; at most ${MAX_BYTES} are read`,
          ]);
        return true;
      },
    });
    const [list] = Object.values(entries);
    if (list !== undefined) return strFromU8(list);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError([`${name}: is not a complete ZIP file: ${errorMessage(error)}`]);
  }
  throw new InvalidInputError([`${name}: contains no ${LIST}`]);
}

/** Removes spaces outside the quotes of fields (`"Token", "ShortName" ,…`), which CSV readers do not accept. */
function unquoted(text: string): string {
  return text
    .replace(/"[ \t]*,[ \t]*"/g, '","')
    .replace(/^[ \t]+"/gm, '"')
    .replace(/"[ \t]+$/gm, '"');
}
