import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { readJson, writeJson } from '../data/store/files.js';
import { Home } from '../data/store/home.js';
import { cacheRoot } from '../scripts/shared/cache.mjs';
import { isAlive } from '../scripts/shared/lock.mjs';
import type { ServerProcess } from './server-process.js';
import { endServerProcess } from './server-process.js';
import { readServerRecord, removeServerRecord } from './server-record.js';
import { livingUsers, withServerLock } from './server-users.js';

/**
 * `servers/` in the cache: a file for every embedded server that this user has started, so that one whose
 * program and workers were all killed is found from any home. It would hold its ports for ever.
 */

const entrySchema = z.object({
  home: z.string(),
  pid: z.int().positive(),
  startedTicks: z.string().exactOptional(),
});

const folder = (): string => path.join(cacheRoot(), 'servers');

function entryFile(home: Home): string {
  const name = createHash('sha256').update(home.root).digest('hex').slice(0, 16);
  return path.join(folder(), `${name}.json`);
}

/** Notes that a home's server has been started. */
export async function noteServer(home: Home, { pid, startedTicks }: ServerProcess): Promise<void> {
  await writeJson(entryFile(home), {
    home: home.root,
    pid,
    ...(startedTicks === undefined ? {} : { startedTicks }),
  });
}

/**
 * Ends the servers of other homes that nobody uses any more, and says so.
 *
 * @param own Home whose own server is left alone: it can be joined.
 */
export async function endAbandonedServers(own: Home, log: (line: string) => void): Promise<void> {
  for (const name of await readdir(folder()).catch(() => [])) {
    const file = path.join(folder(), name);
    const entry = await readJson(file, entrySchema).catch(() => undefined);
    if (entry?.home === own.root) continue;
    if (entry === undefined || !isAlive(entry)) await rm(file, { force: true });
    else if (await endIfAbandoned(new Home(entry.home), entry)) {
      await rm(file, { force: true });
      log(
        `ended the Temporal server of ${entry.home} (process ${entry.pid}): the program that used it was killed`,
      );
    }
  }
}

async function endIfAbandoned(home: Home, server: ServerProcess): Promise<boolean> {
  const isUsed = async (): Promise<boolean> => {
    const record = await readServerRecord(home).catch(() => undefined);
    return record?.pid === server.pid && livingUsers(record).length > 0;
  };
  if (await isUsed()) return false;
  // A home that is gone has no lock: nobody can join its server.
  if ((await readServerRecord(home).catch(() => undefined)) === undefined) {
    await endServerProcess(server.pid);
    return true;
  }
  return withServerLock(home, 'ending its abandoned Temporal server', async () => {
    if (await isUsed()) return false;
    await endServerProcess(server.pid);
    await removeServerRecord(home);
    return true;
  });
}
