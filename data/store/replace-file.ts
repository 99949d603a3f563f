import type { FileHandle } from 'node:fs/promises';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { systemErrorCode } from '../errors.js';

/** `FILE.HOST-PID-N.tmp`: the name says whose file it is, so that those of killed processes can be found. */
const TEMPORARY = /\.([^./]+)-(\d+)-\d+\.tmp$/;
const HOST = encodeURIComponent(hostname()).replaceAll('.', '_');
let count = 0;

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
  const { temporary, handle } = await openTemporary(file, mode);
  try {
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
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
    count += 1;
    const temporary = `${file}.${HOST}-${process.pid}-${count}.tmp`;
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
    const [, host, pid] = TEMPORARY.exec(name) ?? [];
    if (host === HOST && !isAlive(Number(pid))) await rm(path.join(directory, name), { force: true });
  }
}

/** Whether a process of this machine exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
