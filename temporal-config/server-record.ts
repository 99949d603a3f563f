import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname } from 'node:os';

import { z } from 'zod';

import { GurukulError } from '../data/errors.js';
import { readJson, writeJson } from '../data/store/files.js';
import type { Home } from '../data/store/home.js';
import { isAlive } from '../scripts/shared/lock.mjs';

/**
 * `temporal/server.json` in a home: the embedded server that runs on the home's database, and the
 * processes that use it. The last of them to leave ends the server.
 */

const processSchema = z.object({ pid: z.int().positive(), startedTicks: z.string().exactOptional() });

const userSchema = processSchema.extend({
  /** A worker that a program has started: without that program it uses the server until it has left. */
  worker: z.literal(true).exactOptional(),
});

const serverSchema = z.object({
  ...processSchema.shape,
  host: z.string(),
  port: z.int().positive(),
  uiPort: z.int().positive(),
  /** Where its Web UI looks for a codec server; absent where it was started without encryption. */
  codecPort: z.int().positive().exactOptional(),
  users: z.array(userSchema),
});

export type ServerRecord = z.output<typeof serverSchema>;

/** A running server. */
export interface LiveServer {
  readonly record: ServerRecord;
  readonly address: string;
  readonly uiUrl: string;
}

const LOOPBACK = '127.0.0.1';
const ANSWER_MS = 2_000;

/** Where the server is, by its record. */
export function describeServer(record: ServerRecord): LiveServer {
  return {
    record,
    address: `${LOOPBACK}:${record.port}`,
    uiUrl: `http://${LOOPBACK}:${record.uiPort}`,
  };
}

/** The home's server, when it runs and answers; a stale or damaged record is no server. */
export async function readLiveServer(home: Home): Promise<LiveServer | undefined> {
  const record = await readServerRecord(home);
  if (record?.host !== hostname() || !isAlive(record)) return undefined;
  return (await answers(record.port)) ? describeServer(record) : undefined;
}

/** The record, whether its server is alive or not; undefined when it is missing or damaged. */
export async function readServerRecord(home: Home): Promise<ServerRecord | undefined> {
  try {
    return await readJson(home.temporalServer(), serverSchema);
  } catch (error) {
    if (error instanceof GurukulError && error.type === 'ChecksumMismatch') return undefined;
    throw error;
  }
}

/** The same, for a process that is about to exit and cannot wait. */
export function readServerRecordNow(home: Home): ServerRecord | undefined {
  try {
    return serverSchema.parse(JSON.parse(readFileSync(home.temporalServer(), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeServerRecord(home: Home, record: ServerRecord): Promise<void> {
  await writeJson(home.temporalServer(), record);
}

export async function removeServerRecord(home: Home): Promise<void> {
  await rm(home.temporalServer(), { force: true });
}

/** Whether something listens on a loopback port. */
export async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port, timeout: ANSWER_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
