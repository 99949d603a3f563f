import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import { appendJsonLine, sha256 } from '../store/files.js';
import type { Home } from '../store/home.js';
import { parseJsonLines } from '../store/json-lines.js';
import type { ProviderName } from './provider.js';

/** Long after the last lease that a log could be of has expired. */
const FORGOTTEN_AFTER_MS = 2 * 86_400_000;

const lineSchema = z.union([
  z.strictObject({ call: z.int().positive(), by: z.string() }),
  z.strictObject({ closed: z.literal(true) }),
]);
type Line = z.output<typeof lineSchema>;

/** The calls made under one lease of a provider's quota. */
export interface LeaseLog {
  /**
   * Takes a call before it is made.
   *
   * @returns False when all calls of the lease are taken, or when it was closed.
   * @throws GurukulError StoreUnavailable: the call must not be made.
   */
  take(): boolean;
  /**
   * Ends the lease, whoever holds it: no call can be taken any more. May be done again.
   *
   * @returns How many calls were taken, by all who held it.
   * @throws GurukulError StoreUnavailable
   */
  close(): number;
}

/**
 * Opens the log of a lease, which all who hold it share: a worker, the one that the server takes for its
 * successor, and the workflow that wants to know what became of it. Whoever takes a call adds a line and has
 * it if the line stands before the lease's end, so what a killed worker has used is known to the call, and a
 * worker that was only taken for dead makes no more calls once the lease is closed.
 *
 * A call that was taken may not have been made when its worker was killed in between, never the reverse.
 */
export function openLeaseLog(
  home: Home,
  provider: ProviderName,
  { id, calls }: { readonly id: string; readonly calls: number },
): LeaseLog {
  const file = home.leaseLog(provider, sha256(id).slice(0, 16));
  const by = holderName();
  let mine = 0;
  return {
    take: () => {
      mine += 1;
      appendJsonLine(file, { call: mine, by });
      const place = taken(file).findIndex((line) => line.by === by && line.call === mine);
      return place >= 0 && place < calls;
    },
    close: () => {
      appendJsonLine(file, { closed: true });
      return Math.min(taken(file).length, calls);
    },
  };
}

let opened = 0;

/** A name that no other opening of a log has, in this process or another. */
function holderName(): string {
  opened += 1;
  return `${hostname()}/${process.pid}/${performance.timeOrigin}/${opened}`;
}

/** Deletes the logs of leases that nobody can hold any more. */
export function forgetOldLeases(home: Home, provider: ProviderName, nowMs: number): void {
  const folder = path.dirname(home.leaseLog(provider, 'any'));
  try {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (nowMs - statSync(file).mtimeMs > FORGOTTEN_AFTER_MS) rmSync(file, { force: true });
    }
  } catch (error) {
    // Another worker may be deleting the same ones.
    if (systemErrorCode(error) !== 'ENOENT') throw storeUnavailable(`read ${folder}`, error);
  }
}

/** The calls that were taken before the lease was closed, in their order. */
function taken(file: string): Extract<Line, { call: number }>[] {
  const calls: Extract<Line, { call: number }>[] = [];
  for (const line of readLines(file)) {
    if ('closed' in line) break;
    calls.push(line);
  }
  return calls;
}

function readLines(file: string): Line[] {
  try {
    return parseJsonLines(readFileSync(file, 'utf8'), lineSchema);
  } catch (error) {
    throw storeUnavailable(`read ${file}`, error);
  }
}
