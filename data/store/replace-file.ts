import type { FileHandle } from 'node:fs/promises';
import { link, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { systemErrorCode } from '../errors.js';
import { isOfDeadWriter, writerName } from './writer-names.js';

/** `FILE.WRITER.tmp` */
const TEMPORARY = /\.([^./]+)\.tmp$/;

/**
 * Replaces a file, whole or not at all: the content is written to a temporary file beside it, synced, and
 * renamed. The temporary file belongs to this writer alone (it is opened exclusively), even if several machines
 * share the folder. Either every byte is written or an error is thrown: a disk that fills up accepts a part of a
 * write without an error, so `writeFile` writes the rest again until the disk reports that it is full.
 *
 * @param mode Mode bits of the file; absent: the umask's.
 * @throws Error of Node.js, with the temporary file removed.
 */
export async function replaceFile(file: string, content: Uint8Array, mode?: number): Promise<void> {
  await withTemporary(file, content, mode, (temporary) => rename(temporary, file));
}

/**
 * Creates a file in the same way, unless one of that name exists: of two callers at once, one succeeds.
 *
 * @returns Whether this call created it.
 * @throws Error of Node.js, with the temporary file removed.
 */
export async function createFile(file: string, content: Uint8Array, mode?: number): Promise<boolean> {
  return withTemporary(file, content, mode, async (temporary) => {
    try {
      // A hard link fails if the name is taken; a rename would replace the other file.
      await link(temporary, file);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      await rm(temporary);
      return false;
    }
    await rm(temporary, { force: true });
    return true;
  });
}

/** Writes and syncs a temporary file beside a file. @param use Puts it in place. */
async function withTemporary<Result>(
  file: string,
  content: Uint8Array,
  mode: number | undefined,
  use: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const { temporary, handle } = await openTemporary(file, mode);
  try {
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return await use(temporary);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function openTemporary(
  file: string,
  mode: number | undefined,
): Promise<{ temporary: string; handle: FileHandle }> {
  for (;;) {
    const temporary = `${file}.${writerName()}.tmp`;
    try {
      return { temporary, handle: await open(temporary, 'wx', mode) };
    } catch (error) {
      // Left by a killed process that had the same process id.
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Removes temporary files whose writers, processes of this machine, no longer exist. */
export async function removeStaleTemporaryFiles(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const [, writer] = TEMPORARY.exec(name) ?? [];
    if (writer !== undefined && isOfDeadWriter(writer)) await rm(path.join(directory, name), { force: true });
  }
}
