import type { ColumnMetaData, FileMetaData, PageHeader } from 'hyparquet';
import { snappyUncompress } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readVarInt } from 'hyparquet/src/thrift.js';

import { presentValues, runsHold } from './run-lengths.js';

/** Encodings of columns that the program writes, besides plain ones. */
const DICTIONARY: ReadonlySet<string> = new Set(['RLE_DICTIONARY', 'PLAIN_DICTIONARY']);
const DELTAS = 'DELTA_BINARY_PACKED';

/** Usual are four. */
const MOST_MINIBLOCKS = 64;

/**
 * Checks the header of every page, and the run lengths of every page with a dictionary, against what the footer says
 * of its column: the reader allocates and fills what they claim.
 *
 * @param isNullable Columns whose values may be missing, by name.
 * @throws Error naming the column whose pages claim more values or bytes than the column has.
 */
export function requireSoundPages(
  file: ArrayBuffer,
  { schema, row_groups: groups }: FileMetaData,
  isNullable: (name: string) => boolean,
): void {
  const optional = new Set<string>();
  for (const { name, repetition_type: repetition, num_children: children } of schema.slice(1)) {
    if (repetition === 'OPTIONAL' && isNullable(name) && children === undefined) optional.add(name);
    else if (repetition !== 'REQUIRED' || children !== undefined)
      throw new Error(`column ${name} is optional or nested, and no table of this program has such a column`);
  }
  for (const { columns } of groups)
    for (const { meta_data: column } of columns) {
      if (column === undefined) continue;
      const name = column.path_in_schema.join('.');
      requireSoundColumn(file, column, name, optional.has(name));
    }
}

function requireSoundColumn(
  file: ArrayBuffer,
  column: ColumnMetaData,
  name: string,
  optional: boolean,
): void {
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
    const { page, compressed, levelBytes, present } = dataPage(header, optional, refuse);
    values += page.num_values;
    if (!isCount(page.num_values) || values > mostValues)
      throw refuse(`pages claim ${values} values or more; its footer claims ${mostValues}`);
    const levels = content.subarray(0, levelBytes);
    if (optional && presentValues(levels, page.num_values) !== present)
      throw refuse('its levels do not give the missing values that a page claims');
    if (page.encoding === 'PLAIN') continue;
    const rest = content.subarray(levelBytes);
    const raw = compressed && column.codec === 'SNAPPY' ? unpack(rest, unpacked - levelBytes) : rest;
    if (DICTIONARY.has(page.encoding)) {
      if (!runsHold(raw, present)) throw refuse('run lengths do not give the values that a page claims');
    } else if (page.encoding !== DELTAS) throw refuse(`its encoding ${page.encoding} is not read`);
    else if (!miniblocksHold(raw)) throw refuse('a page claims more blocks than any encoder writes');
  }
  if (values !== mostValues) throw refuse(`pages have ${values} values; its footer claims ${mostValues}`);
}

interface ClaimedPage {
  readonly page: { readonly num_values: number; readonly encoding: string };
  readonly compressed: boolean;
  /** Bytes at its start that say which values are there. */
  readonly levelBytes: number;
  /** How many are there. */
  readonly present: number;
}

function dataPage(header: PageHeader, optional: boolean, refuse: (what: string) => Error): ClaimedPage {
  const { type, data_page_header: first, data_page_header_v2: second } = header;
  if (type === 'DATA_PAGE' && first !== undefined && !optional)
    return { page: first, compressed: true, levelBytes: 0, present: first.num_values };
  if (type !== 'DATA_PAGE_V2' || second === undefined) throw refuse(`a page of type ${type} is not read`);
  const {
    num_values: values,
    num_nulls: nulls,
    definition_levels_byte_length: levelBytes,
    repetition_levels_byte_length: nested,
  } = second;
  if (nested !== 0 || (!optional && (nulls !== 0 || levelBytes !== 0)))
    throw refuse('a page claims missing or nested values');
  if (second.num_rows !== values) throw refuse('a page does not have one value a row');
  if (!isCount(nulls) || nulls > values || !isCount(levelBytes) || levelBytes > header.compressed_page_size)
    throw refuse('a page claims more missing values than it has rows');
  return { page: second, compressed: second.is_compressed !== false, levelBytes, present: values - nulls };
}

function unpack(content: Uint8Array, bytes: number): Uint8Array {
  const page = new Uint8Array(bytes);
  snappyUncompress(content, page);
  return page;
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
