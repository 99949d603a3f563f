import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { GurukulError, InvalidInputError } from '../data/errors.js';
import type { Home } from '../data/store/home.js';
import { isAlive } from '../scripts/shared/lock.mjs';
import { endAbandonedServers, noteServer } from './abandoned-servers.js';
import { holdCodecServer } from './hold-codec-server.js';
import type { PayloadKeys } from './payload-keys.js';
import { payloadKeys } from './payload-keys.js';
import { choosePort } from './ports.js';
import type { ServerProcess } from './server-process.js';
import { ServerStartError, startServerProcess } from './server-process.js';
import type { ServerRecord } from './server-record.js';
import { answers, describeServer, readServerRecord } from './server-record.js';
import { livingUsers, useServer, withServerLock } from './server-users.js';
import { findTemporalCli } from './temporal-cli.js';

export interface DevServerOptions {
  /** Holds its database and its log, which survive a restart. */
  readonly home: Home;
  readonly packageRoot: string;
  /**
   * Port of the front end. A given one is used or refused; otherwise the next free one is taken.
   * @default 7233
   */
  readonly port?: number;
  /**
   * Port of the Web UI, chosen in the same way.
   * @default 8233
   */
  readonly uiPort?: number;
  /**
   * Keys with which its Web UI shows encrypted payloads, through a codec server beside it.
   * @default the keys of the environment
   */
  readonly keys?: PayloadKeys;
  /** Prints what a person should know, a line at a time. */
  readonly log?: (line: string) => void;
}

/** An embedded Temporal server on loopback. */
export interface DevServer {
  readonly address: string;
  readonly uiUrl: string;
  /** The codec server that its Web UI asks; absent without encryption. */
  readonly codecUrl?: string;
  readonly pid: number;
  /** False when it ran already, for another program. */
  readonly owned: boolean;
  /** Leaves the server; the last process to leave ends it. */
  stop(): Promise<void>;
}

const USUAL_PORT = 7233;
const USUAL_UI_PORT = 8233;
const USUAL_CODEC_PORT = 8081;
const SILENT_MS = 20_000;
const PORT_TRIES = 3;

/**
 * Starts the home's Temporal server, or joins the one that runs. A stale record is ignored; a database
 * that this server cannot read is moved aside, never deleted.
 *
 * @throws InvalidInputError when the CLI is missing, a given port is taken, the home cannot be written or
 * is in use on another machine.
 * @throws GurukulError StoreUnavailable when the server does not start.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { home, log = () => undefined } = options;
  const keys = options.keys ?? payloadKeys();
  // Before the lock: they have locks of their own.
  await endAbandonedServers(home, log);
  const start = async (): Promise<DevServer> => {
    const running = await runningServer(home);
    if (running !== undefined) {
      const alone = livingUsers(running).every(({ worker }) => worker === true);
      if (keys !== undefined && running.codecPort === undefined)
        log(
          'the Web UI was started without encryption keys and shows payloads as they are: restart it to read them',
        );
      return join(home, running, alone, keys);
    }
    const { server, ...ports } = await startFresh(options, keys !== undefined, log);
    await noteServer(home, server);
    return join(home, { ...server, ...ports, host: hostname(), users: [] }, true, keys);
  };
  return withServerLock(home, 'starting the Temporal server', start, log);
}

interface FreshServer {
  readonly port: number;
  readonly uiPort: number;
  readonly codecPort?: number;
  readonly server: ServerProcess;
}

async function startFresh(
  options: DevServerOptions,
  encrypts: boolean,
  log: (line: string) => void,
): Promise<FreshServer> {
  const { home, packageRoot } = options;
  const cli = await findTemporalCli(packageRoot);
  let movedAside = false;
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort('the Temporal server', options.port, USUAL_PORT, log);
    const usualUiPort = port === USUAL_PORT ? USUAL_UI_PORT : port + (USUAL_UI_PORT - USUAL_PORT);
    const uiPort = await choosePort('its Web UI', options.uiPort, usualUiPort, log);
    const usualCodecPort = USUAL_CODEC_PORT + Math.max(0, port - USUAL_PORT);
    const codec = encrypts
      ? { codecPort: await choosePort('its codec server', undefined, usualCodecPort, log) }
      : {};
    const ports = { port, uiPort, ...codec };
    try {
      return { ...ports, server: await startServerProcess({ cli, home, ...ports }) };
    } catch (error) {
      if (!(error instanceof ServerStartError)) throw error;
      // Another program can take the port between the check and its use.
      const again = error.reason === 'port' && attempt < PORT_TRIES;
      if (error.reason === 'database' && !movedAside) {
        movedAside = true;
        await moveDatabaseAside(home, log);
      } else if (!again) throw error;
    }
  }
}

/**
 * The server in the home's record, if its process is alive. Two servers must never write one database, so a process
 * that is alive but does not answer is an error, not a reason to start another.
 */
async function runningServer(home: Home): Promise<ServerRecord | undefined> {
  const record = await readServerRecord(home);
  if (record === undefined) return undefined;
  if (record.host !== hostname())
    throw new InvalidInputError([
      `${home.root} is in use by a Temporal server on ${record.host} (process ${record.pid}): end it there; ` +
        `if it is gone, delete ${home.temporalServer()}`,
    ]);
  const until = Date.now() + SILENT_MS;
  while (isAlive(record)) {
    if (await answers(record.port)) return record;
    if (Date.now() > until)
      throw new GurukulError(
        'StoreUnavailable',
        `the Temporal server of ${home.root} (process ${record.pid}) runs but does not answer on port ` +
          `${record.port}: end it (kill ${record.pid}) and start again`,
      );
    await sleep(200);
  }
  return undefined;
}

async function join(
  home: Home,
  record: ServerRecord,
  owned: boolean,
  keys: PayloadKeys | undefined,
): Promise<DevServer> {
  const use = await useServer(home, record, 'program');
  const { address, uiUrl } = describeServer(record);
  const { pid, codecPort } = record;
  const codec =
    keys === undefined || codecPort === undefined ? undefined : await holdCodecServer(keys, codecPort, uiUrl);
  return {
    ...{ address, uiUrl, pid, owned },
    ...(codec === undefined ? {} : { codecUrl: codec.url }),
    stop: async () => {
      await codec?.end();
      await use.leave();
    },
  };
}

async function moveDatabaseAside(home: Home, log: (line: string) => void): Promise<void> {
  const file = home.temporalDatabase();
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const aside = `${file}.unreadable-${stamp}`;
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    if (existsSync(`${file}${suffix}`)) await rename(`${file}${suffix}`, `${aside}${suffix}`);
  log(
    `the Temporal database ${file} is damaged or of another version: moved to ${path.basename(aside)}, ` +
      'starting with an empty one. What runs have written is kept; `gurukul resume RUN` continues them',
  );
}
