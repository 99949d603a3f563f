import type { KeyObject } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';

import { GurukulError, storeUnavailable, systemErrorCode } from '../errors.js';
import type { DecisionsHead } from '../schemas/decision.js';
import { decisionsHeadFileSchema } from '../schemas/decision.js';
import { isSealedHead, sealHead } from './sealed-decision.js';
import { createFileAtomic, readJson } from '../store/files.js';
import type { Home } from '../store/home.js';
import { PRIVATE_FILE } from '../store/private-folder.js';

const NUMBERED = /^(\d{6})\.json$/;

/** Numbers of the files `NNNNNN.json` in a folder, ascending; none if there is no such folder. */
export async function numberedFiles(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw storeUnavailable(`read ${folder}`, error);
  });
  return names
    .flatMap((name) => NUMBERED.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The head of the log of decisions as it is kept apart from the log; undefined where there is none.
 *
 * @throws GurukulError ChecksumMismatch when it was not signed with the key.
 */
export async function readHead(home: Home, publicPem: string): Promise<DecisionsHead | undefined> {
  for (;;) {
    const number = (await numberedFiles(home.decisionsHeads())).at(-1);
    if (number === undefined) return undefined;
    const file = home.decisionsHead(number);
    const stored = await readJson(file, decisionsHeadFileSchema);
    // Another decision was recorded in the meantime: its head replaces this one.
    if (stored === undefined) continue;
    if (stored.head.number !== number || !isSealedHead(stored, publicPem))
      throw new GurukulError(
        'ChecksumMismatch',
        `${file} is not a head that this home's key signed: it was changed, or is another home's`,
      );
    return stored.head;
  }
}

/**
 * Records the head. A head has a file of its own, which is never replaced: a writer that is late cannot put an
 * older one in the place of a newer one. Earlier heads are removed once the new one is durable.
 */
export async function writeHead(home: Home, head: DecisionsHead, key: KeyObject): Promise<void> {
  const text = `${JSON.stringify(sealHead(head, key), null, 2)}\n`;
  await createFileAtomic(home.decisionsHead(head.number), text, PRIVATE_FILE);
  for (const number of await numberedFiles(home.decisionsHeads()))
    if (number < head.number) await rm(home.decisionsHead(number), { force: true });
}
