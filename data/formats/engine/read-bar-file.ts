import type { NumberForm } from './numbers.js';
import { findDecimalComma } from './numbers.js';
import { isParquet, parquetRows } from './parquet-rows.js';
import type { RowOptions } from './read-rows.js';
import type { TableRows } from './table-rows.js';
import { RowReader } from './read-rows.js';
import type { TableLayout } from './recognise.js';
import { recognise } from './recognise.js';
import { BAR_HEADER } from './header-columns.js';
import { decodeText } from './decode-text.js';
import type { Row } from './text-rows.js';
import { eachRow, firstRows } from './text-rows.js';
import type { Member } from './unpack.js';
import { unpack } from './unpack.js';

/** Lines in which a header may be. */
const HEADER_LINES = 40;
/** Lines whose numbers tell whether a comma is a decimal comma. */
const NUMBER_LINES = 200;
/** A number that may have a thousands comma. */
const THOUSANDS = /^\d{1,3}(?:,\d{3})+$/;
const DELIMITERS = [',', '\t', ';', '|'] as const;

export interface ReadOptions extends RowOptions {
  /** Name of the format; absent: it is recognised. */
  readonly format?: string;
}

/** A table of bars in a file. */
export interface BarTable {
  /** Name of the file, with that of the member of a compressed file. */
  readonly name: string;
  readonly layout: TableLayout;
  readonly rows: TableRows;
}

/** What is wrong with a file as a whole. */
export interface FileTrouble {
  readonly code: 'unreadable_file' | 'empty_file' | 'bad_header' | 'ambiguous_dates' | 'ambiguous_numbers';
  /** Names the file. */
  readonly message: string;
}

export interface ReadFile {
  readonly tables: readonly BarTable[];
  readonly troubles: readonly FileTrouble[];
}

/**
 * Reads all tables of bars in a file: text of any encoding, Parquet, or either inside of gzip or ZIP. The format of
 * each is recognised. Everything that is wrong is reported; nothing is thrown.
 */
export async function readBarFile(name: string, bytes: Uint8Array, options: ReadOptions): Promise<ReadFile> {
  const unpacked = unpack(name, bytes);
  if ('problem' in unpacked) return troubled('unreadable_file', `${name}: ${unpacked.problem}`);
  if (unpacked.members.length === 0) return troubled('empty_file', `${name}: contains no files`);
  const read: ReadFile[] = [];
  for (const member of unpacked.members) read.push(await readMember(member, options));
  return { tables: read.flatMap(({ tables }) => tables), troubles: read.flatMap(({ troubles }) => troubles) };
}

async function readMember({ name, bytes }: Member, options: ReadOptions): Promise<ReadFile> {
  const opened = await openMember(name, bytes, options.format);
  if (!('layout' in opened)) return { tables: [], troubles: [opened] };
  const { layout, form, each, expectedRows } = opened;
  const reader = new RowReader(layout, form, options, expectedRows);
  each((cells, line) => {
    if (line > layout.headerLines) reader.take(cells, line);
  });
  const rows = reader.end();
  if (rows.openDate === undefined) return { tables: [{ name, layout, rows }], troubles: [] };
  const message = `${name}: dates such as ${rows.openDate} may have the day or the month first, and the other dates leave it open: say --date-format dmy or --date-format mdy`;
  return troubled('ambiguous_dates', message);
}

/** The layout of a file by its first lines alone, or what is wrong with them. */
export async function recogniseFile(
  name: string,
  bytes: Uint8Array,
  format?: string,
): Promise<OpenTable | FileTrouble> {
  const unpacked = unpack(name, bytes);
  if ('problem' in unpacked) return { code: 'unreadable_file', message: `${name}: ${unpacked.problem}` };
  const [member] = unpacked.members;
  if (member === undefined) return { code: 'empty_file', message: `${name}: contains no files` };
  return openMember(member.name, member.bytes, format);
}

/** A table of cells whose layout is known. */
export interface OpenTable {
  readonly layout: TableLayout;
  readonly form: NumberForm;
  readonly first: readonly Row[];
  /** About how many rows there are. */
  readonly expectedRows: number;
  readonly each: (take: (cells: readonly string[], line: number) => void) => void;
}

async function openMember(
  name: string,
  bytes: Uint8Array,
  format?: string,
): Promise<OpenTable | FileTrouble> {
  if (isParquet(bytes)) return openParquet(name, bytes, format);
  const decoded = decodeText(bytes);
  if ('problem' in decoded) return { code: 'unreadable_file', message: `${name}: ${decoded.problem}` };
  const { text } = decoded;
  let trouble: FileTrouble | undefined;
  for (const delimiter of DELIMITERS) {
    // Without quotes, a cell of a file with commas between cells has none inside.
    const commas = delimiter !== ',' || text.includes('"');
    const head = firstRows(text, delimiter, commas ? NUMBER_LINES : HEADER_LINES);
    const first = head.filter(({ line }) => line <= HEADER_LINES);
    const found = recognise(first, format);
    if (!('layout' in found)) {
      trouble ??= troubleOf(name, found);
      continue;
    }
    const cells = commas ? valueCells(head, found.layout) : [];
    const decimalComma = findDecimalComma(cells);
    // Where cells are separated by commas, one inside of quotes is a thousands comma unless none can be.
    const comma = delimiter === ',' && cells.some((cell) => THOUSANDS.test(cell)) ? false : decimalComma;
    if (comma === undefined)
      return {
        code: 'ambiguous_numbers',
        message: `${name}: numbers such as 1,234 may have a decimal comma or a thousands comma. Write them with a decimal point`,
      };
    return {
      ...found,
      first,
      form: { decimalComma: comma },
      expectedRows: rowsIn(text, first),
      each: (take) => eachRow(text, delimiter, take),
    };
  }
  return trouble ?? { code: 'empty_file', message: `${name}: is empty` };
}

async function openParquet(
  name: string,
  bytes: Uint8Array,
  format?: string,
): Promise<OpenTable | FileTrouble> {
  const table = await parquetRows(bytes);
  if ('problem' in table) return { code: 'unreadable_file', message: `${name}: ${table.problem}` };
  const first = table.rows.slice(0, HEADER_LINES).map((cells, index) => ({ cells, line: index + 1 }));
  const found = recognise(first, format);
  if (!('layout' in found)) return troubleOf(name, found);
  return {
    ...found,
    first,
    form: { decimalComma: false },
    expectedRows: table.rows.length,
    each: (take) => table.rows.forEach((cells, index) => take(cells, index + 1)),
  };
}

/** About how many rows a text has, by the length of its first ones. */
function rowsIn(text: string, first: readonly Row[]): number {
  const length = first.reduce(
    (sum, { cells }) => sum + cells.reduce((all, cell) => all + cell.length + 1, 0),
    0,
  );
  return Math.ceil((1.1 * text.length * first.length) / Math.max(1, length));
}

function valueCells(rows: readonly Row[], { values, headerLines }: TableLayout): string[] {
  const columns = values.flatMap((one) => one.values);
  return rows
    .filter(({ line }) => line > headerLines)
    .flatMap(({ cells }) => columns.map((column) => cells[column] ?? ''));
}

function troubleOf(
  name: string,
  { code, problem }: { code: FileTrouble['code']; problem: string },
): FileTrouble {
  const message =
    code === 'empty_file' ? `${name}: ${problem}. Expected the header ${BAR_HEADER}` : `${name}${problem}`;
  return { code, message };
}

function troubled(code: FileTrouble['code'], message: string): ReadFile {
  return { tables: [], troubles: [{ code, message }] };
}
