import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { anyFreePort } from '../../temporal-config/ports.js';
import type { LoopbackProcess } from './loopback-process.js';
import { startLoopbackProcess } from './loopback-process.js';
import { findPostgres } from './programs.js';

const USER = 'temporal';

/** PostgreSQL on loopback. */
export interface Postgres extends LoopbackProcess {
  /** How Temporal's programs are told where it is. */
  readonly env: NodeJS.ProcessEnv;
}

export async function startPostgres(): Promise<Postgres> {
  const bin = findPostgres();
  const root = mkdtempSync(path.join(tmpdir(), 'gurukul-postgres-'));
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? idsOf('postgres') : undefined;
  if (owner !== undefined) chownSync(root, owner.uid, owner.gid);
  const data = path.join(root, 'data');
  const own = { ...owner, cwd: root };
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', USER, '--auth=trust'], {
    ...own,
    stdio: 'ignore',
  });
  const port = await anyFreePort();
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${root}`, `port=${port}`];
  const server = await startLoopbackProcess(
    path.join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    own,
    async () => listens(port),
    // Without waiting for those who are connected.
    'SIGINT',
  );
  return {
    ...server,
    env: { SQL_HOST: '127.0.0.1', SQL_PORT: String(port), SQL_USER: USER, SQL_PASSWORD: 'not-asked-for' },
    stop: async () => {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Whether somebody listens on a port of loopback. */
export async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function idsOf(user: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${user}: install PostgreSQL`);
  return { uid: Number(uid), gid: Number(gid) };
}
