import { Gunzip, Unzip, UnzipInflate } from 'fflate';

import { errorMessage } from '../../errors.js';

/** Most bytes that one file may have, decompressed; a longer text does not fit into a string. */
export const MAX_BYTES = 500_000_000;
/** Bytes that are decompressed before the sum is looked at. */
const STEP = 1 << 16;
/** Bytes at the start of a file that tell an office program's own kinds. */
const HEAD = 4096;

/** A file, or one of those inside a compressed file. */
export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Members of a compressed file, or why it cannot be read. */
export type Unpacked = { readonly members: readonly Member[] } | { readonly problem: string };

/**
 * Decompresses gzip and ZIP files, which are known by their first bytes; other files are given back as they are. ZIP
 * files inside of a ZIP file, as the NSE sends several bhavcopies, are decompressed too.
 *
 * @param limit Most bytes of all members together. Decompression ends there, whatever the file says of its size.
 */
export function unpack(name: string, bytes: Uint8Array, limit = MAX_BYTES): Unpacked {
  const zip = isZip(bytes);
  if (zip && isWorkbook(bytes)) return { problem: WORKBOOK };
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0)
    return { problem: WORKBOOK };
  try {
    if (isGzip(bytes)) return { members: [gunzipped(name, bytes, { left: limit })] };
    if (zip) return { members: unzipAll(name, bytes, limit) };
  } catch (error) {
    if (error instanceof TooLarge) return { problem: tooLarge(limit) };
    return { problem: `cannot be decompressed (${errorMessage(error)}). Is the download complete?` };
  }
  return bytes.length > limit ? { problem: tooLarge(limit) } : { members: [{ name, bytes }] };
}

const WORKBOOK =
  'is an Excel workbook, which is not read. Save its sheet as CSV (in Excel: File, Save As, CSV UTF-8), or in Python: pandas.read_excel(FILE).to_csv(…)';

class TooLarge extends Error {}

function tooLarge(limit: number): string {
  return `has more than ${Math.round(limit / 1_000_000)} MB of text. Split it by symbol or by year`;
}

/** Before each member in the directory at the end of a ZIP file; its name follows after so many bytes. */
const DIRECTORY_ENTRY = Buffer.from('PK\u0001\u0002', 'latin1');
const [NAME_LENGTH_AT, NAME_AT] = [28, 46];

/** Whether a ZIP file is a workbook of Excel or another office program, by the names of its members. */
function isWorkbook(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = file.indexOf(DIRECTORY_ENTRY); at >= 0; at = file.indexOf(DIRECTORY_ENTRY, at + 1)) {
    if (at + NAME_AT > file.length) break;
    const name = file.toString('latin1', at + NAME_AT, at + NAME_AT + file.readUInt16LE(at + NAME_LENGTH_AT));
    if (name === '[Content_Types].xml' || name.startsWith('xl/')) return true;
  }
  return file.toString('latin1', 0, HEAD).includes('mimetypeapplication/vnd.oasis.opendocument');
}

/** Collects decompressed bytes and counts them. */
class Collector {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  constructor(private readonly room: { left: number }) {}

  add(chunk: Uint8Array): void {
    this.room.left -= chunk.length;
    if (this.room.left < 0) throw new TooLarge();
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  bytes(): Uint8Array {
    const [only] = this.chunks;
    return this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks, this.length);
  }
}

function gunzip(bytes: Uint8Array, room: { left: number }): Uint8Array {
  const collected = new Collector(room);
  const state = { complete: false };
  const stream = new Gunzip((chunk, final) => {
    collected.add(chunk);
    state.complete = final;
  });
  pushAll(bytes, (chunk, final) => stream.push(chunk, final));
  if (!state.complete) throw new Error('it ends early');
  return collected.bytes();
}

/** Members of a ZIP file, and of the compressed files among them, which have no further ones. */
function unzipAll(name: string, bytes: Uint8Array, limit: number): Member[] {
  const room = { left: limit };
  return unzip(name, bytes, room).flatMap((member) => {
    if (isGzip(member.bytes)) return [gunzipped(member.name, member.bytes, room)];
    return isZip(member.bytes) && !isWorkbook(member.bytes)
      ? unzip(member.name, member.bytes, room)
      : [member];
  });
}

function gunzipped(name: string, bytes: Uint8Array, room: { left: number }): Member {
  return { name: name.replace(/\.gz$/i, ''), bytes: gunzip(bytes, room) };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);
}

/** Members that are no tables: what systems leave there, and texts about the data. */
const NO_TABLE = /(?:^|\/)(?:__MACOSX\/|\.|(?:readme|licen[cs]e|copying|notice)\b[^/]*$)|\/$/i;

function unzip(name: string, bytes: Uint8Array, room: { left: number }): Member[] {
  const members: { readonly name: string; readonly collected: Collector; complete: boolean }[] = [];
  const stream = new Unzip((file) => {
    if (NO_TABLE.test(file.name)) return;
    const member = { name: `${name}/${file.name}`, collected: new Collector(room), complete: false };
    members.push(member);
    file.ondata = (error, chunk, final) => {
      if (error !== null) throw error;
      member.collected.add(chunk);
      member.complete = final;
    };
    file.start();
  });
  stream.register(UnzipInflate);
  pushAll(bytes, (chunk, final) => {
    stream.push(chunk, final);
  });
  if (members.some(({ complete }) => !complete)) throw new Error('it ends early');
  return members.map((member) => ({ name: member.name, bytes: member.collected.bytes() }));
}

/** The last push is empty: fflate looks for a further gzip member only before it. */
function pushAll(bytes: Uint8Array, push: (chunk: Uint8Array, final: boolean) => void): void {
  for (let at = 0; at < bytes.length; at += STEP) push(bytes.subarray(at, at + STEP), false);
  push(new Uint8Array(0), true);
}
