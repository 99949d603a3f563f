import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import { sha256 } from '../store/digests.js';
import { appendJsonLine, parseJsonLines } from '../store/json-lines.js';
import type { Home } from '../store/home.js';
import type { ProviderName } from './provider.js';

/** Age at which a log is deleted: its lease has expired long before. */
const DELETE_AFTER_MS = 2 * 86_400_000;

const lineSchema = z.union([
  z.strictObject({ call: z.int().positive(), by: z.string() }),
  z.strictObject({ closed: z.literal(true) }),
]);
type Line = z.output<typeof lineSchema>;

/** The calls made under one lease of a provider's quota. */
export interface LeaseLog {
  /**
   * Takes a call; do this before making it.
   *
   * @returns False if all calls of the lease are taken, or if the lease is closed.
   * @throws GurukulError StoreUnavailable; then the call must not be made.
   */
  take(): boolean;
  /**
   * Closes the lease for all its holders: no more calls can be taken. Idempotent.
   *
   * @returns The number of calls that all holders have taken.
   * @throws GurukulError StoreUnavailable
   */
  close(): number;
}

/**
 * Opens the log of a lease. All its holders share the log: a worker, the worker that the server has chosen as its
 * successor, and the workflow that closes the lease. A holder takes a call by appending a line, and has it if the
 * line comes before the lease is closed and within its number of calls. So the log knows exactly how many calls a
 * killed worker has used, and a worker that was wrongly considered dead makes no more calls once the lease is closed.
 *
 * If a worker is killed between taking and making a call, the call counts although it was not made; the reverse
 * cannot happen.
 */
export function openLeaseLog(
  home: Home,
  provider: ProviderName,
  { id, calls }: { readonly id: string; readonly calls: number },
): LeaseLog {
  const file = home.leaseLog(provider, sha256(id).slice(0, 16));
  const by = holderName();
  let count = 0;
  return {
    take: () => {
      count += 1;
      appendJsonLine(file, { call: count, by });
      const position = takenCalls(file).findIndex((line) => line.by === by && line.call === count);
      return position >= 0 && position < calls;
    },
    close: () => {
      appendJsonLine(file, { closed: true });
      return Math.min(takenCalls(file).length, calls);
    },
  };
}

let opened = 0;

/** A unique name for a holder, in this process and all others. */
function holderName(): string {
  opened += 1;
  return `${hostname()}/${process.pid}/${performance.timeOrigin}/${opened}`;
}

/** Deletes the logs of leases that have expired long ago. */
export function deleteOldLeaseLogs(home: Home, provider: ProviderName, nowMs: number): void {
  const folder = path.dirname(home.leaseLog(provider, 'any'));
  try {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (nowMs - statSync(file).mtimeMs > DELETE_AFTER_MS) rmSync(file, { force: true });
    }
  } catch (error) {
    // Another worker may be deleting the same ones.
    if (systemErrorCode(error) !== 'ENOENT') throw storeUnavailable(`read ${folder}`, error);
  }
}

/** The calls that were taken before the lease was closed, in order. */
function takenCalls(file: string): Extract<Line, { call: number }>[] {
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
