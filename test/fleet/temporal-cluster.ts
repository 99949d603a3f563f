import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';
import { isPortFree } from '../../temporal-config/ports.js';
import type { LoopbackProcess } from './loopback-process.js';
import { startLoopbackProcess } from './loopback-process.js';
import { listens } from './postgres.js';
import { provideTemporalServer } from './programs.js';

/** Where the files for operators are. */
const CLUSTER = path.join(packageRoot, 'temporal-config', 'cluster');
/** Few, so that it starts fast. */
export const HISTORY_SHARDS = 4;
const FIRST_PORT = 12_000;
const LAST_PORT = 20_000;
/** The frontend, and the services after it. */
const SERVICES = 4;
/** Ports of ring members lie so far below. */
const MEMBERS_BELOW = 100;

/** A Temporal server on PostgreSQL, by the project's own configuration. */
export interface TemporalCluster extends LoopbackProcess {
  /** `host:port`. */
  readonly address: string;
}

/** @param database Where it is, with its schema. */
export async function startTemporalCluster(database: NodeJS.ProcessEnv): Promise<TemporalCluster> {
  const program = await provideTemporalServer();
  const port = await freePorts();
  const server = await startLoopbackProcess(
    program,
    ['--config', '.', '--env', 'server', '--allow-no-auth', 'start'],
    {
      cwd: CLUSTER,
      env: {
        ...{ PATH: process.env['PATH'], ...database },
        TEMPORAL_FRONTEND_PORT: String(port),
        TEMPORAL_HISTORY_SHARDS: String(HISTORY_SHARDS),
      },
    },
    async () => listens(port),
  );
  return { ...server, address: `127.0.0.1:${port}` };
}

/** The first of the ports of all services: below those that other programs are given at random. */
async function freePorts(): Promise<number> {
  for (let port = FIRST_PORT + (process.pid % 1_000); port < LAST_PORT; port += SERVICES) {
    const all = Array.from({ length: SERVICES }, (_, i) => [port + i, port + i - MEMBERS_BELOW]).flat();
    if ((await Promise.all(all.map(isPortFree))).every(Boolean)) return port;
  }
  throw new Error('no free ports');
}
