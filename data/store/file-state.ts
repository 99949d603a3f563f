import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

import { z } from 'zod';

import { systemErrorCode } from '../errors.js';
import { readRegular, readRegularHead } from './read-regular.js';

/**
 * A file that changed so recently, when it was looked at, could change again without a new time: file systems round
 * times to up to 2 s.
 */
const UNSETTLED_MS = 3_000;
const NS_PER_MS = 1_000_000n;

/** What a file system says of a file, as text: its numbers have more digits than those of JSON. */
const fileStatsSchema = z.strictObject({
  device: z.string(),
  inode: z.string(),
  size: z.string(),
  /** Of its content, in nanoseconds; whoever may write a file can set it to anything. */
  modified: z.string(),
  /** Of its content, name or rights; the file system alone sets it. */
  changed: z.string(),
});
type FileStats = z.output<typeof fileStatsSchema>;

/** A file as it was when it was read. */
export const fileStateSchema = z.strictObject({
  /** Absolute. */
  path: z.string(),
  stats: fileStatsSchema,
  /** When they were looked at, before the file was read, in milliseconds since 1970. */
  at: z.number(),
  /** Of what was read. */
  sha256: z.string(),
  /** Only so many bytes from its start on were read; absent: all. */
  head: z.number().int().positive().optional(),
});
export type FileState = z.output<typeof fileStateSchema>;

/** The place and time of a file that is about to be read. */
export type FileLook = Omit<FileState, 'sha256' | 'head'>;

/** Looks at a file, before it is read. @returns Undefined if the system says nothing of it. */
export async function lookAtFile(path: string): Promise<FileLook | undefined> {
  // eslint-disable-next-line no-restricted-properties -- only whether a file is read again depends on it
  const at = Date.now();
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    const stats = {
      ...{ device: String(dev), inode: String(ino), size: String(size) },
      ...{ modified: String(mtimeNs), changed: String(ctimeNs) },
    };
    return { path, stats, at };
  } catch (error) {
    if (systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}

/** The state of a file whose bytes, or the first of them, have been read since the look. */
export function stateOf(look: FileLook, bytes: Uint8Array, head?: number): FileState {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...look, sha256, ...(head === undefined ? {} : { head }) };
}

/**
 * Whether a file has the content that it had. It is read where its size or one of its times is another, or where it had
 * changed so shortly before that it could have changed again unseen.
 *
 * @param limit Most bytes of a file that is read.
 * @returns Its state as of now; undefined where it has changed or is gone.
 */
export async function sameState(state: FileState, limit: number): Promise<FileState | undefined> {
  const look = await lookAtFile(state.path);
  if (look === undefined) return undefined;
  if (isSettled(state) && isEqual(look.stats, state.stats)) return state;
  // The end of a file may have changed where only its head was read, so its size tells nothing.
  if (state.head === undefined && look.stats.size !== state.stats.size) return undefined;
  const { path, head } = state;
  const bytes = await (
    head === undefined ? readRegular(path, limit) : readRegularHead(path, head, limit)
  ).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const now = stateOf(look, bytes, head);
  return now.sha256 === state.sha256 ? now : undefined;
}

/** Whether a later change must show in the times of the file. */
function isSettled({ stats: { modified, changed }, at }: FileState): boolean {
  const limit = BigInt(Math.floor(at) - UNSETTLED_MS) * NS_PER_MS;
  return BigInt(modified) < limit && BigInt(changed) < limit;
}

function isEqual(a: FileStats, b: FileStats): boolean {
  return (
    a.size === b.size &&
    a.modified === b.modified &&
    a.changed === b.changed &&
    a.inode === b.inode &&
    a.device === b.device
  );
}
