import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

import { GurukulError } from '../../../data/errors.js';

/** The built page, in memory: a few files of some hundred kilobytes. */
export type PageFiles = ReadonlyMap<string, Buffer>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Views of the page: each is the same document, which reads the address. */
const VIEWS = ['/', '/training', '/backtest', '/release'];

/** @throws GurukulError StoreUnavailable when the page was not built. */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes('index.html'))
    throw new GurukulError('StoreUnavailable', `the page is not in ${folder}; build it with: npm run build`);
  const files = await Promise.all(
    names
      .filter((name) => TYPES[path.extname(name)] !== undefined)
      .map(async (name) => [name, await readFile(path.join(folder, name))] as const),
  );
  return new Map(files);
}

/** Serves the page's files; those with a digest in their name are kept by browsers. */
export function addPageRoutes(app: FastifyInstance, files: PageFiles): void {
  const document = files.get('index.html');
  for (const view of VIEWS)
    app.get(view, async (_, reply) =>
      reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(document),
    );
  for (const [name, content] of files) {
    if (name === 'index.html') continue;
    app.get(`/${name}`, async (_, reply) =>
      reply
        .type(TYPES[path.extname(name)] ?? 'application/octet-stream')
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(content),
    );
  }
}
