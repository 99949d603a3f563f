import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Connection } from '@temporalio/client';

import {
  GurukulError,
  InvalidInputError,
  diskRemedy,
  errorMessage,
  systemErrorCode,
} from '../data/errors.js';
import { withoutSecrets } from '../data/secrets/secrets.js';
import type { Home } from '../data/store/home.js';
import { searchAttributes } from '../workflows/contract/search-attributes.js';
import { SERVER_SETTINGS } from './server-settings.js';
import { isAlive, processName } from '../scripts/shared/lock.mjs';

/** A running server process. */
export interface ServerProcess {
  readonly pid: number;
  readonly startedTicks?: string;
}

export interface ServerCommand {
  readonly cli: string;
  readonly home: Home;
  readonly port: number;
  readonly uiPort: number;
  /** Port of the codec server that the Web UI asks, on loopback. */
  readonly codecPort?: number;
}

/** Why a server did not start, as far as a retry can help. */
export class ServerStartError extends GurukulError {
  constructor(
    readonly reason: 'port' | 'database' | 'other',
    message: string,
  ) {
    super('StoreUnavailable', message);
  }
}

const LOOPBACK = '127.0.0.1';
const SERVES = 'it serves';
const SERVES_WITHIN_MS = 90_000;
const ASK_EVERY_MS = 50;
const ENDS_WITHIN_MS = 15_000;
const LOG_KEPT_BYTES = 10_000_000;

const DATABASE_ERRORS =
  /file is not a database|database disk image is malformed|no such table|no such column|has no column|schema version|SQL logic error|database corrupt/i;

/**
 * Starts the Temporal server on the home's database and waits until it serves. It gets a process group of
 * its own: Ctrl-C in the terminal reaches this process alone, which lets its workers drain first.
 *
 * @throws ServerStartError with the reason and the end of its log.
 */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const log = command.home.temporalLog();
  const { child, logStart } = await spawnServer(command);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code ?? '?'}`}`));
  });
  const outcome = await Promise.race([ended, untilItServes(`${LOOPBACK}:${command.port}`)]);
  if (outcome === SERVES && child.pid !== undefined) {
    child.unref();
    return processName(child.pid);
  }
  if (child.pid !== undefined) await endServerProcess(child.pid);
  const output = (await readFile(log, 'utf8').catch(() => '')).slice(logStart);
  throw new ServerStartError(
    reasonOf(output),
    `the Temporal server does not start: ${outcome}\n${lastLines(output)}\nIts log is ${log}`,
  );
}

async function spawnServer(command: ServerCommand): Promise<{ child: ChildProcess; logStart: number }> {
  const { cli, home, port, uiPort, codecPort } = command;
  const log = home.temporalLog();
  try {
    mkdirSync(home.temporal(), { recursive: true });
    chmodSync(home.temporal(), 0o700);
    mkdirSync(path.dirname(log), { recursive: true });
    if ((await sizeOf(log)) > LOG_KEPT_BYTES) await rename(log, `${log}.old`);
    const descriptor = openSync(log, 'a');
    const logStart = await sizeOf(log);
    const child = spawnPrivately(() =>
      spawn(
        cli,
        [
          ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--ui-port', String(uiPort)],
          ...['--db-filename', home.temporalDatabase(), '--log-level', 'error'],
          ...(codecPort === undefined ? [] : ['--ui-codec-endpoint', `http://${LOOPBACK}:${codecPort}`]),
          ...SERVER_SETTINGS.flatMap((setting) => ['--dynamic-config-value', setting]),
          ...Object.values(searchAttributes).flatMap(({ name, type }) => [
            '--search-attribute',
            `${name}=${type.slice(0, 1)}${type.slice(1).toLowerCase()}`,
          ]),
        ],
        { detached: true, stdio: ['ignore', descriptor, descriptor], env: serverEnvironment() },
      ),
    );
    closeSync(descriptor);
    return { child, logStart };
  } catch (error) {
    throw new InvalidInputError([
      `cannot keep the Temporal server's state in ${home.root}: ${errorMessage(error)}; ` +
        (diskRemedy(error) ?? 'make it writable, or set GURUKUL_HOME to another folder'),
    ]);
  }
}

/** A process whose files are for their owner alone: its database has the histories of all runs. */
function spawnPrivately(start: () => ChildProcess): ChildProcess {
  const usual = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(usual);
  }
}

/** Ours without the settings and secrets that the server does not need, or that would change it. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(withoutSecrets(process.env)).filter(([name]) => !name.startsWith('GURUKUL_')),
  );
}

/** The outcome of its start: `SERVES`, or what is wrong. */
async function untilItServes(address: string): Promise<string> {
  const until = Date.now() + SERVES_WITHIN_MS;
  while (Date.now() < until) {
    if (await serves(address)) return SERVES;
    await sleep(ASK_EVERY_MS);
  }
  return `it does not serve after ${SERVES_WITHIN_MS / 1000} s`;
}

/** Whether the front end answers and the default namespace is there. */
async function serves(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/** Asks a server process to end, waits, and kills it if it does not. */
export async function endServerProcess(pid: number): Promise<void> {
  const name = processName(pid);
  signalProcess(pid, 'SIGTERM');
  const until = Date.now() + ENDS_WITHIN_MS;
  while (isAlive(name)) {
    if (Date.now() > until) {
      signalProcess(pid, 'SIGKILL');
      return;
    }
    await sleep(50);
  }
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

function reasonOf(output: string): ServerStartError['reason'] {
  if (output.includes('address already in use')) return 'port';
  return DATABASE_ERRORS.test(output) ? 'database' : 'other';
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-5).join('\n');
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
