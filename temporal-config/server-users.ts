import { hostname } from 'node:os';
import path from 'node:path';

import { GurukulError, InvalidInputError } from '../data/errors.js';
import type { Home } from '../data/store/home.js';
import { isAlive, processName, withLock } from '../scripts/shared/lock.mjs';
import { endServerProcess } from './server-process.js';
import type { ServerRecord } from './server-record.js';
import {
  describeServer,
  readServerRecord,
  readServerRecordNow,
  removeServerRecord,
  writeServerRecord,
} from './server-record.js';

/** A process's use of the home's server. */
export interface ServerUse {
  /** Leaves the server; the last user to leave ends it. */
  leave(): Promise<void>;
}

/** Users that still run. */
export function livingUsers(record: ServerRecord): ServerRecord['users'] {
  return record.users.filter((user) => isAlive(user));
}

/**
 * Adds this process to the users of a server. Where it ends without leaving, say by process.exit, the server is
 * ended if nobody else uses it.
 *
 * @param record The home's record, without this process.
 */
export async function useServer(
  home: Home,
  record: ServerRecord,
  kind: 'program' | 'worker',
): Promise<ServerUse> {
  const user = { ...processName(), ...(kind === 'worker' ? { worker: true as const } : {}) };
  await writeServerRecord(home, { ...record, users: [...livingUsers(record), user] });
  const onExit = (): void => endIfUnused(home, record.pid);
  process.once('exit', onExit);
  let left: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    process.off('exit', onExit);
    await leaveServer(home, record.pid);
  };
  return { leave: () => (left ??= leave()) };
}

/**
 * Lets a worker use the home's embedded server, where it works on that one: should the program that started both
 * be killed, the last worker ends the server when it leaves.
 *
 * @param address Of the server that the worker works on.
 */
export async function useServerAsWorker(home: Home, address: string): Promise<ServerUse | undefined> {
  if (!isAt(await readServerRecord(home), address)) return undefined;
  return withServerLock(home, 'joining the Temporal server', async () => {
    const record = await readServerRecord(home);
    return isAt(record, address) ? useServer(home, record, 'worker') : undefined;
  });
}

function isAt(record: ServerRecord | undefined, address: string): record is ServerRecord {
  return record?.host === hostname() && describeServer(record).address === address;
}

async function leaveServer(home: Home, pid: number): Promise<void> {
  await withServerLock(home, 'ending the Temporal server', async () => {
    const record = await readServerRecord(home);
    if (record?.pid !== pid) return;
    const others = livingUsers(record);
    const mine = others.findIndex((user) => user.pid === process.pid);
    if (mine >= 0) others.splice(mine, 1);
    if (others.length > 0) {
      await writeServerRecord(home, { ...record, users: others });
      return;
    }
    await endServerProcess(pid);
    await removeServerRecord(home);
  });
}

function endIfUnused(home: Home, pid: number): void {
  const record = readServerRecordNow(home);
  if (record?.pid !== pid || !isAlive(record)) return;
  if (livingUsers(record).every((user) => user.pid === process.pid)) process.kill(pid, 'SIGTERM');
}

/**
 * Does something while no other process starts, joins or leaves the home's server.
 *
 * @throws InvalidInputError when the home cannot be written.
 */
export async function withServerLock<Result>(
  home: Home,
  purpose: string,
  work: () => Promise<Result>,
  log: (line: string) => void = () => undefined,
): Promise<Result> {
  try {
    return await withLock(path.join(home.temporal(), 'server.lock'), purpose, log, work);
  } catch (error) {
    if (error instanceof GurukulError || !(error instanceof Error) || !('syscall' in error)) throw error;
    throw new InvalidInputError([
      `cannot write ${home.temporal()}: ${error.message}; make it writable, or set GURUKUL_HOME to another folder`,
    ]);
  }
}
