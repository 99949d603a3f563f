import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { anyFreePort } from '../../temporal-config/ports.js';
import { until } from '../support/until.js';
import { provideMoto, provideVersitygw } from './provide-s3-servers.js';

const ACCESS_KEY = 'gurukul-tests';
const SECRET_KEY = 'a-secret-for-loopback-alone';
const BUCKET = 'gurukul';

/** An S3-compatible server on loopback with one bucket. */
export interface S3Server {
  /** Its address. */
  readonly endpoint: string;
  /** Settings of a program that has its store there, below a prefix. */
  env(prefix: string): NodeJS.ProcessEnv;
  /** Ends the process as a crash would; what it has stored stays. */
  kill(): Promise<void>;
  /** Starts it again on its port. */
  start(): Promise<void>;
  /** Ends it and removes what it has stored. */
  stop(): Promise<void>;
}

/** Versity's gateway, whose objects are files of a folder. */
export async function startVersitygw(): Promise<S3Server> {
  const program = await provideVersitygw();
  return startServer((port, folder) => ({
    program,
    args: [
      ...['--access', ACCESS_KEY, '--secret', SECRET_KEY, '--port', `127.0.0.1:${port}`],
      ...['--quiet', '--keep-alive', 'posix', folder],
    ],
  }));
}

/** Moto, whose objects are in its memory. */
export async function startMoto(): Promise<S3Server> {
  const program = await provideMoto();
  return startServer((port) => ({ program, args: ['-H', '127.0.0.1', '-p', String(port)] }));
}

async function startServer(
  command: (port: number, folder: string) => { readonly program: string; readonly args: readonly string[] },
): Promise<S3Server> {
  const root = mkdtempSync(path.join(tmpdir(), 'gurukul-s3-'));
  const folder = path.join(root, 'objects');
  mkdirSync(folder);
  const port = await anyFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const { program, args } = command(port, folder);
  const launch = (): ReturnType<typeof spawn> => spawn(program, args, { cwd: root, stdio: 'ignore' });
  let child = launch();
  const isUp = async (): Promise<void> =>
    until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with code ${child.exitCode}`);
      return (await fetch(endpoint).catch(() => undefined)) !== undefined;
    });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  await isUp();
  const client = new S3Client({
    ...{ endpoint, forcePathStyle: true, region: 'us-east-1' },
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
  return {
    endpoint,
    env: (prefix) => ({
      GURUKUL_STORE: `s3://${BUCKET}/${prefix}`,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    }),
    kill: async () => end('SIGKILL'),
    start: async () => {
      child = launch();
      await isUp();
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(root, { recursive: true, force: true });
    },
  };
}
