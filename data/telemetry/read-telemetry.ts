import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import type { Home } from '../store/home.js';
import { telemetryFiles } from '../store/telemetry-files.js';

/** A place in a run's telemetry: number of the file, and offset in bytes. */
export interface TelemetryPosition {
  readonly file: number;
  readonly offset: number;
}

/** A whole line of telemetry. */
export interface TelemetryLine {
  /** Where it begins. */
  readonly at: TelemetryPosition;
  /** Where the next one begins. */
  readonly next: TelemetryPosition;
  /** Without its line break. */
  readonly text: () => string;
  /** The JSON value; undefined where a crash has left half a line. */
  readonly value: () => unknown;
}

/** Lines that follow each other. */
export interface TelemetryPart {
  readonly lines: readonly TelemetryLine[];
  /** Where the next line begins. */
  readonly next: TelemetryPosition;
}

export const TELEMETRY_START: TelemetryPosition = { file: 0, offset: 0 };

/** Bytes that are read at once. */
const PART_BYTES = 128 * 1024;
/** A line that is longer is passed over: nothing of this program writes one. */
const LONGEST_LINE = 8 * 1024 * 1024;
const BREAK = 0x0a;

/** Where the next line will be written, about: lines of other processes may come before it. */
export async function telemetryEnd(home: Home, run: string): Promise<TelemetryPosition> {
  const newest = (await telemetryFiles(home, run)).at(-1);
  return newest === undefined ? TELEMETRY_START : { file: newest.number, offset: newest.bytes };
}

/**
 * The whole lines from a position on, oldest first, part by part: memory is bounded by the longest line. A line without
 * a break at the end of the newest file is still being written: it is left for the next time.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function* readTelemetry(
  home: Home,
  run: string,
  from: TelemetryPosition = TELEMETRY_START,
): AsyncGenerator<TelemetryPart> {
  for (const { number, path, bytes } of await telemetryFiles(home, run)) {
    if (number < from.file) continue;
    yield* readFileLines(path, number, number === from.file ? from.offset : 0, bytes);
  }
}

/**
 * The whole lines of one file between two offsets, oldest first.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function* readFileLines(
  path: string,
  file: number,
  from: number,
  until: number,
): AsyncGenerator<TelemetryPart> {
  if (from >= until) return;
  const handle = await opened(path);
  if (handle === undefined) return;
  try {
    let offset = from;
    let size = PART_BYTES;
    while (offset < until) {
      const bytes = await bytesAt(handle, path, offset, Math.min(size, until - offset));
      const end = bytes.lastIndexOf(BREAK) + 1;
      if (end === 0) {
        if (offset + bytes.length >= until) return;
        if (size < LONGEST_LINE) size *= 2;
        // What is left of an endless line is half a line, which no reader takes.
        else offset += bytes.length;
        continue;
      }
      size = PART_BYTES;
      yield { lines: linesIn(bytes.subarray(0, end), file, offset), next: { file, offset: offset + end } };
      offset += end;
    }
  } finally {
    await handle.close();
  }
}

/**
 * The whole lines before a position, newest first, part by part.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function* readTelemetryBack(
  home: Home,
  run: string,
  before?: TelemetryPosition,
): AsyncGenerator<TelemetryLine> {
  for (const { number, path, bytes } of (await telemetryFiles(home, run)).reverse()) {
    if (before !== undefined && number > before.file) continue;
    const until = before?.file === number ? Math.min(before.offset, bytes) : bytes;
    yield* readFileBack(path, number, 0, until);
  }
}

/** The whole lines of one file between two offsets, newest first. @throws GurukulError StoreUnavailable */
export async function* readFileBack(
  path: string,
  file: number,
  from: number,
  until: number,
): AsyncGenerator<TelemetryLine> {
  const handle = await opened(path);
  if (handle === undefined) return;
  try {
    let end = until;
    let size = PART_BYTES;
    // The bytes after the last break are no whole line.
    let whole = false;
    while (end > from) {
      const start = Math.max(from, end - size);
      const bytes = await bytesAt(handle, path, start, end - start);
      const first = start === from ? 0 : bytes.indexOf(BREAK) + 1;
      const last = whole ? bytes.length : bytes.lastIndexOf(BREAK) + 1;
      if (first >= last) {
        if (start === from) return;
        if (size < LONGEST_LINE) size *= 2;
        else [end, whole] = [start, false];
        continue;
      }
      size = PART_BYTES;
      whole = true;
      yield* linesIn(bytes.subarray(first, last), file, start + first).reverse();
      end = start + first;
    }
  } finally {
    await handle.close();
  }
}

function linesIn(bytes: Buffer, file: number, offset: number): TelemetryLine[] {
  const lines: TelemetryLine[] = [];
  for (let begin = 0; begin < bytes.length;) {
    const end = bytes.indexOf(BREAK, begin);
    if (end === -1) break;
    const [from, until] = [begin, end];
    const text = (): string => bytes.toString('utf8', from, until);
    begin = end + 1;
    if (until === from) continue;
    const at = { file, offset: offset + from };
    lines.push({ at, next: { file, offset: offset + begin }, text, value: () => valueOf(text()) });
  }
  return lines;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw storeUnavailable(`read ${path}`, error);
  }
}

async function bytesAt(handle: FileHandle, path: string, offset: number, length: number): Promise<Buffer> {
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead < length && bytesRead === 0) throw new Error('the file became shorter');
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw storeUnavailable(`read ${path}`, error);
  }
}
