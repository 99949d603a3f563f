import type { KeyObject } from 'node:crypto';

import { GurukulError } from '../errors.js';
import { decisionsHeadFileSchema } from '../schemas/decision.js';
import type { DecisionsHead } from '../schemas/decisions-head.js';
import type { Home } from '../store/home.js';
import { parseJson } from '../store/parse-json.js';
import type { Store } from '../store/store.js';
import { isSealedHead, sealHead } from './sealed-decision.js';

const NUMBERED = /^(\d{6})\.json$/;

/** Numbers of the keys `NNNNNN.json` in a folder of the store, ascending; none if there is no such folder. */
export async function numberedKeys(store: Store, folder: string): Promise<number[]> {
  return (await store.list(folder)).flatMap((name) => NUMBERED.exec(name)?.[1] ?? []).map(Number);
}

/**
 * The head of the log of decisions as it is kept apart from the log; undefined where there is none.
 *
 * @throws GurukulError ChecksumMismatch when it was not signed with the key.
 */
export async function readHead(home: Home, publicPem: string): Promise<DecisionsHead | undefined> {
  const { store } = home;
  for (;;) {
    const number = (await numberedKeys(store, home.relative(home.decisionsHeads()))).at(-1);
    if (number === undefined) return undefined;
    const file = home.decisionsHead(number);
    const content = await store.get(home.relative(file));
    // Another decision was recorded in the meantime: its head replaces this one.
    if (content === undefined) continue;
    const stored = parseJson(file, content, decisionsHeadFileSchema);
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
  const { store } = home;
  const text = `${JSON.stringify(sealHead(head, key), null, 2)}\n`;
  await store.putIfAbsent(home.relative(home.decisionsHead(head.number)), text);
  for (const number of await numberedKeys(store, home.relative(home.decisionsHeads())))
    if (number < head.number) await store.remove(home.relative(home.decisionsHead(number)));
}
