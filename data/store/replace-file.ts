import type { FileHandle } from 'node:fs/promises';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { systemErrorCode } from '../errors.js';

/** `FILE.HOST-PID-N.tmp`: says whose it is, so that what a killed process left can be told apart. */
const TEMPORARY = /\.([^./]+)-(\d+)-\d+\.tmp$/;
const HOST = encodeURIComponent(hostname()).replaceAll('.', '_');
let made = 0;

/**
 * Puts a file in place whole or not at all: written under a temporary name beside it, synced, renamed.
 * The temporary file is this writer's alone (it is made exclusively), also where several machines share
 * the folder. Every byte is written or an error is thrown: a disk that fills up takes a part of a write
 * without a word, so the rest is written again until the disk says that it is full.
 *
 * @throws Error of Node.js, with the temporary file removed.
 */
export async function replaceFile(file: string, content: Uint8Array): Promise<void> {
  const { temporary, handle } = await openTemporary(file);
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

async function openTemporary(file: string): Promise<{ temporary: string; handle: FileHandle }> {
  for (;;) {
    made += 1;
    const temporary = `${file}.${HOST}-${process.pid}-${made}.tmp`;
    try {
      return { temporary, handle: await open(temporary, 'wx') };
    } catch (error) {
      // Left by a killed process that had the same number.
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Removes the temporary files in a folder whose writers, processes of this machine, are gone. */
export async function sweepTemporary(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const [, host, pid] = TEMPORARY.exec(name) ?? [];
    if (host === HOST && !isAlive(Number(pid))) await rm(path.join(directory, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
