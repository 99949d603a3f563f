import type { ColumnMetaData, FileMetaData, PageHeader } from 'hyparquet';
import { snappyUncompress } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readVarInt } from 'hyparquet/src/thrift.js';

/** Encodings of columns that the program writes, besides plain ones. */
const DICTIONARY: ReadonlySet<string> = new Set(['RLE_DICTIONARY', 'PLAIN_DICTIONARY']);
const DELTAS = 'DELTA_BINARY_PACKED';

/** Bit-packed values come in groups of eight, so the last group of a page may have some too many. */
const PACKED_GROUP = 8;

/** A dictionary never has more entries than a row group has rows. */
const MOST_BITS = 24;

/** Usual are four. */
const MOST_MINIBLOCKS = 64;

/**
 * Checks the header of every page, and the run lengths of every page with a dictionary, against what the footer says
 * of its column: the reader allocates and fills what they claim.
 *
 * @throws Error naming the column whose pages claim more values or bytes than the column has.
 */
export function requireSoundPages(file: ArrayBuffer, { schema, row_groups: groups }: FileMetaData): void {
  for (const { name, repetition_type: repetition, num_children: children } of schema.slice(1))
    if (repetition !== 'REQUIRED' || children !== undefined)
      throw new Error(`column ${name} is optional or nested, and no table of this program has such a column`);
  for (const { columns } of groups)
    for (const { meta_data: column } of columns) if (column !== undefined) requireSoundColumn(file, column);
}

function requireSoundColumn(file: ArrayBuffer, column: ColumnMetaData): void {
  const name = column.path_in_schema.join('.');
  const refuse = (what: string): Error => new Error(`column ${name}: ${what}`);
  const start = Number(column.dictionary_page_offset ?? 0n) || Number(column.data_page_offset);
  const length = Number(column.total_compressed_size);
  if (start < 0 || length < 0 || start + length > file.byteLength)
    throw refuse(`its bytes ${start} to ${start + length} are not in a file of ${file.byteLength}`);
  const reader = { view: new DataView(file, start, length), offset: 0 };
  const mostValues = Number(column.num_values);
  const mostBytes = Number(column.total_uncompressed_size);
  let values = 0;
  let bytes = 0;
  // The reader of the pages ends one byte early, too.
  while (reader.offset < length - 1) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    bytes += unpacked;
    if (!isCount(packed) || !isCount(unpacked) || reader.offset + packed > length || bytes > mostBytes)
      throw refuse(`pages claim ${bytes} bytes or more; its footer claims ${mostBytes}`);
    const content = new Uint8Array(file, start + reader.offset, packed);
    reader.offset += packed;
    const dictionary = header.dictionary_page_header;
    if (header.type === 'DICTIONARY_PAGE') {
      if (dictionary === undefined || !isCount(dictionary.num_values) || dictionary.num_values > unpacked)
        throw refuse(`its dictionary claims more values than its ${unpacked} bytes hold`);
      continue;
    }
    const { page, compressed } = dataPage(header, refuse);
    values += page.num_values;
    if (!isCount(page.num_values) || values > mostValues)
      throw refuse(`pages claim ${values} values or more; its footer claims ${mostValues}`);
    if (page.encoding === 'PLAIN') continue;
    const raw = compressed && column.codec === 'SNAPPY' ? unpack(content, unpacked) : content;
    if (DICTIONARY.has(page.encoding)) {
      if (!runsHold(raw, page.num_values))
        throw refuse('run lengths do not give the values that a page claims');
    } else if (page.encoding !== DELTAS) throw refuse(`its encoding ${page.encoding} is not read`);
    else if (!miniblocksHold(raw)) throw refuse('a page claims more blocks than any encoder writes');
  }
  if (values !== mostValues) throw refuse(`pages have ${values} values; its footer claims ${mostValues}`);
}

interface ClaimedPage {
  readonly page: { readonly num_values: number; readonly encoding: string };
  readonly compressed: boolean;
}

function dataPage(
  { type, data_page_header: first, data_page_header_v2: second }: PageHeader,
  refuse: (what: string) => Error,
): ClaimedPage {
  if (type === 'DATA_PAGE' && first !== undefined) return { page: first, compressed: true };
  if (type !== 'DATA_PAGE_V2' || second === undefined) throw refuse(`a page of type ${type} is not read`);
  const { num_nulls, definition_levels_byte_length, repetition_levels_byte_length, num_rows } = second;
  if (num_nulls !== 0 || definition_levels_byte_length !== 0 || repetition_levels_byte_length !== 0)
    throw refuse('a page claims missing or nested values');
  if (num_rows !== second.num_values) throw refuse('a page does not have one value a row');
  return { page: second, compressed: second.is_compressed !== false };
}

function unpack(content: Uint8Array, bytes: number): Uint8Array {
  const page = new Uint8Array(bytes);
  snappyUncompress(content, page);
  return page;
}

/** Whether the runs of a page with a dictionary (bit width, then runs) give exactly its values. */
function runsHold(page: Uint8Array, values: number): boolean {
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 1 };
  const width = page[0] ?? 0;
  if (width > MOST_BITS) return false;
  let seen = 0;
  while (seen < values && reader.offset < page.byteLength) {
    const header = readVarInt(reader);
    const packed = (header & 1) === 1;
    const count = packed ? (header >>> 1) * PACKED_GROUP : header >>> 1;
    if (count > values - seen + (packed ? PACKED_GROUP - 1 : 0)) return false;
    seen += count;
    // The reader takes a byte of every packed run, of one without bits too.
    reader.offset += packed ? Math.max(1, (count * width) / 8) : (width + 7) >> 3;
  }
  return seen >= values || width === 0;
}

/** Whether a page of deltas has a possible number of miniblocks in a block: the reader allocates as many. */
function miniblocksHold(page: Uint8Array): boolean {
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
  readVarInt(reader);
  const miniblocks = readVarInt(reader);
  return miniblocks >= 1 && miniblocks <= MOST_MINIBLOCKS;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
