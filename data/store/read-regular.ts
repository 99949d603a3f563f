import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

/**
 * Reads a whole file of a folder that somebody else may have filled. A device or a pipe has no end, so only regular
 * files are read, and none above the limit; links to them are followed.
 *
 * @param limit Most bytes.
 * @throws Error of the system, or one that says why the file is not read.
 */
export async function readRegular(file: string, limit: number): Promise<Buffer> {
  return withRegular(file, limit, (handle) => handle.readFile());
}

/**
 * The first bytes of such a file, or all of a shorter one.
 *
 * @throws Error as {@link readRegular}, also where the file as a whole is above the limit.
 */
export async function readRegularHead(file: string, bytes: number, limit: number): Promise<Buffer> {
  return withRegular(file, limit, async (handle) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  });
}

async function withRegular(
  file: string,
  limit: number,
  read: (handle: FileHandle) => Promise<Buffer>,
): Promise<Buffer> {
  // Opening a pipe that nobody writes to would wait.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is no regular file');
    if (stats.size > limit) throw new Error(`it has more than ${Math.round(limit / 1_000_000)} MB`);
    return await read(handle);
  } finally {
    await handle.close();
  }
}
