// @ts-check
import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A lock between processes: a folder with its owner's name in it, made by one rename, so that it appears as a
 * whole or not at all. A lock whose owner died is taken over; one held on another machine (a shared home
 * folder) is taken over when its owner has not touched it for two minutes.
 */

/** Instead of the ticks of a zombie: it has ended, and its parent has not collected it yet. */
const ENDED = 'ended';

const TOUCH_EVERY_MS = 10_000;
const FOREIGN_STALE_MS = 120_000;
const TAKEOVER_STALE_MS = 10_000;
const ASK_EVERY_MS = 200;
const REMIND_EVERY_MS = 30_000;

/**
 * @typedef {object} ProcessName
 * @property {number} pid
 * @property {string} [startedTicks] When it started, by the kernel: detects a reused pid.
 *
 * @typedef {ProcessName & { host: string, token: string, purpose: string, since: string }} Owner
 */

/**
 * This process, as others can identify it.
 * @param {number} [pid]
 * @returns {ProcessName}
 */
export function processName(pid = process.pid) {
  const startedTicks = startTicks(pid);
  return startedTicks === undefined ? { pid } : { pid, startedTicks };
}

/**
 * Whether a process of this machine still runs, and is the same one.
 * @param {ProcessName} name
 * @returns {boolean}
 */
export function isAlive({ pid, startedTicks }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = startTicks(pid);
  if (now === ENDED) return false;
  return startedTicks === undefined || now === undefined || now === startedTicks;
}

/**
 * Field 22 of /proc/PID/stat; undefined where there is no /proc. A zombie has ended.
 * @param {number} pid
 * @returns {string | undefined}
 */
function startTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? ENDED : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Does something while holding a lock, waiting for it as long as its owner lives.
 * @template T
 * @param {string} lock Path of the lock folder; its parent is made.
 * @param {string} purpose What the owner does, for those who wait: `building the Temporal CLI`.
 * @param {(line: string) => void} say Gets a line about the process it waits for.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(lock, purpose, say, work) {
  const release = await acquire(lock, purpose, say);
  process.once('exit', release);
  const touch = setInterval(() => touchLock(lock), TOUCH_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    release();
    process.off('exit', release);
  }
}

/**
 * @param {string} lock
 * @param {string} purpose
 * @param {(line: string) => void} say
 * @returns {Promise<() => void>} Releases the lock.
 */
async function acquire(lock, purpose, say) {
  mkdirSync(path.dirname(lock), { recursive: true });
  const token = randomUUID();
  /** @type {Owner} */
  const me = { ...processName(), host: hostname(), token, purpose, since: new Date().toLocaleTimeString() };
  let remindAt = 0;
  while (!tryAcquire(lock, me)) {
    const owner = readOwner(lock);
    if (owner !== undefined && isStale(lock, owner)) {
      takeOver(lock, owner);
      continue;
    }
    if (owner !== undefined && Date.now() >= remindAt) {
      say(
        `waiting for process ${owner.pid} on ${owner.host}, which is ${owner.purpose} (since ${owner.since})`,
      );
      remindAt = Date.now() + REMIND_EVERY_MS;
    }
    await sleep(ASK_EVERY_MS);
  }
  return () => {
    if (readOwner(lock)?.token === token) removeWhole(lock);
  };
}

/**
 * @param {string} lock
 * @param {Owner} me
 * @returns {boolean}
 */
function tryAcquire(lock, me) {
  const prepared = `${lock}.${me.token}`;
  mkdirSync(prepared);
  writeFileSync(path.join(prepared, 'owner.json'), JSON.stringify(me));
  try {
    renameSync(prepared, lock);
    return true;
  } catch {
    // A rename onto a folder with something in it fails: the lock is held.
    rmSync(prepared, { recursive: true, force: true });
    return false;
  }
}

/**
 * @param {string} lock
 * @returns {Owner | undefined} Undefined when it is free, or being released.
 */
function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(path.join(lock, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} lock
 * @param {Owner} owner
 * @returns {boolean}
 */
function isStale(lock, owner) {
  if (owner.host === hostname()) return !isAlive(owner);
  return ageMs(path.join(lock, 'owner.json')) > FOREIGN_STALE_MS;
}

/**
 * Removes a dead owner's lock. Two that wait must not both do it, or the second would remove the lock
 * that the first has got: hence a lock around the removal, and a second look inside it.
 * @param {string} lock
 * @param {Owner} dead
 */
function takeOver(lock, dead) {
  const guard = `${lock}.takeover`;
  try {
    mkdirSync(guard);
  } catch {
    if (ageMs(guard) > TAKEOVER_STALE_MS) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (readOwner(lock)?.token === dead.token) removeWhole(lock);
  } finally {
    rmdirSync(guard);
  }
}

/**
 * Removes the lock in one step: another process could take a folder that is half emptied.
 * @param {string} lock
 */
function removeWhole(lock) {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** @param {string} lock */
function touchLock(lock) {
  try {
    utimesSync(path.join(lock, 'owner.json'), new Date(), new Date());
  } catch {
    // Removed by hand: the work continues without it.
  }
}

/**
 * @param {string} file
 * @returns {number} 0 when it is not there.
 */
function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
