import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { anyFreePort } from '../../temporal-config/ports.js';
import type { LoopbackProcess } from './loopback-process.js';
import { startLoopbackProcess } from './loopback-process.js';
import { provideMoto, provideVersitygw } from './programs.js';

const ACCESS_KEY = 'gurukul-tests';
const SECRET_KEY = 'a-secret-for-loopback-alone';
const BUCKET = 'gurukul';

/** An S3-compatible server on loopback with one bucket. */
export interface S3Server extends LoopbackProcess {
  /** Its address. */
  readonly endpoint: string;
  /** Settings of a program that has its store there, below a prefix. */
  env(prefix: string): NodeJS.ProcessEnv;
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
  const server = await startLoopbackProcess(program, args, { cwd: root }, async () => {
    return (await fetch(endpoint).catch(() => undefined)) !== undefined;
  });
  const client = new S3Client({
    ...{ endpoint, forcePathStyle: true, region: 'us-east-1' },
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
  return {
    ...server,
    endpoint,
    env: (prefix) => ({
      GURUKUL_STORE: `s3://${BUCKET}/${prefix}`,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    }),
    stop: async () => {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
