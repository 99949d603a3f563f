import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { errorMessage } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { DevServer } from '../../temporal-config/dev-server.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { freePortFrom } from '../../temporal-config/ports.js';
import { isAlive } from '../../scripts/shared/lock.mjs';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';

const ROLES = ['meta', 'io', 'cpu', 'train'] as const;
export type Role = (typeof ROLES)[number];

/** Away from the default ports, which a user's own server may use. */
const FIRST_PORT = 21_000;
const PORT_SPAN = 2_900;
const GONE_WITHIN_MS = 10_000;
const POLL_MS = 50;

/** The real stack: a Temporal server with a database on disk, and a worker process for every role. */
export interface Stack {
  readonly address: string;
  /** Kills the worker of a role; resolves when its replacement polls. */
  killWorker(role: Role): Promise<void>;
  /** Kills a trainer process, if there is one now; its worker starts another one when needed. */
  killTrainer(which: number): Promise<boolean>;
  /** Kills the server; resolves when it is up again, with the same database and port. */
  killServer(): Promise<void>;
  stop(): Promise<void>;
}

/** @param onTraining Called with every log line of train workers. */
export async function startStack(
  home: Home,
  onTraining: (line: string) => void,
  log: (line: string) => void,
): Promise<Stack> {
  const port = await freePortFrom(FIRST_PORT + (process.pid % PORT_SPAN));
  const uiPort = await freePortFrom(port + 1);
  const serve = async (): Promise<DevServer> =>
    startDevServer({ home, packageRoot, port, uiPort, log: (line) => log(`server: ${line}`) });
  let server = await serve();
  const { address } = server;
  const workers = new Map<Role, WorkerProcess>();
  const ended = new Set<WorkerProcess>();

  const start = async (role: Role): Promise<void> => {
    const worker = await startWorkerProcess({
      roles: role,
      home: home.root,
      address,
      ...(role === 'train' ? { onLog: onTraining } : {}),
    });
    workers.set(role, worker);
    worker.process.once('exit', (code, signal) => {
      if (ended.has(worker)) return;
      // Like a supervisor: restart it, whatever the cause.
      log(`worker ${role} ended by itself (${signal ?? `exit code ${code ?? '?'}`})`);
      start(role).catch((error: unknown) => log(`worker ${role}: ${errorMessage(error)}`));
    });
  };
  try {
    await Promise.all(ROLES.map(start));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    address,
    async killWorker(role) {
      const worker = workers.get(role);
      if (worker !== undefined) {
        ended.add(worker);
        await worker.kill();
      }
      await start(role);
    },
    async killTrainer(which) {
      const children = await childrenOf(workers.get('train')?.process.pid ?? 0);
      const pid = children[Math.floor(which * children.length)];
      if (pid === undefined) return false;
      await killAndWait(pid);
      return true;
    },
    async killServer() {
      await killServerAndWait(server.pid, port);
      server = await serve();
    },
    async stop() {
      for (const worker of workers.values()) ended.add(worker);
      await Promise.all([...workers.values()].map((worker) => worker.leave()));
      await server.stop();
    },
  };
}

/** Ends a process with SIGKILL, and waits until it has exited. */
async function killAndWait(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  const until = Date.now() + GONE_WITHIN_MS;
  while (isAlive({ pid })) {
    if (Date.now() > until) throw new Error(`process ${pid} still exists after SIGKILL`);
    await sleep(POLL_MS);
  }
}

/** Ends a server likewise, and waits until its port is free: its last threads may hold it slightly longer. */
export async function killServerAndWait(pid: number, port: number): Promise<void> {
  await killAndWait(pid);
  const until = Date.now() + GONE_WITHIN_MS;
  while ((await freePortFrom(port)) !== port) {
    if (Date.now() > until) throw new Error(`port ${port} is still in use after process ${pid} exited`);
    await sleep(POLL_MS);
  }
}

/** Child processes of a process, from the Linux kernel. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
