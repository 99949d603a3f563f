import { randomUUID } from 'node:crypto';

import { errorMessage } from '../data/errors.js';
import type { Home } from '../data/store/home.js';
import type { Store } from '../data/store/store.js';
import type { Check } from './doctor.js';

const NAME = 'store';

/**
 * Whether a store in a bucket answers, and keeps the conditions of writes: one that passes over them would let two writers
 * overwrite each other's decisions. None where the store is the home's folder.
 */
export function checkStore({ store }: Pick<Home, 'store'>, env: NodeJS.ProcessEnv): Promise<Check>[] {
  const address = env['GURUKUL_STORE'] ?? '';
  return address === '' ? [] : [examine(store, address)];
}

async function examine(store: Store, address: string): Promise<Check> {
  const key = `probes/${randomUUID()}.json`;
  try {
    const kept = {
      'putting a key once': (await store.putIfAbsent(key, 'a')) && !(await store.putIfAbsent(key, 'b')),
      'replacing what is expected': await store.compareAndSet(key, 'a', 'c'),
      'refusing what is not': !(await store.compareAndSet(key, 'a', 'd')),
      'reading what was written': (await store.get(key))?.toString('utf8') === 'c',
    };
    await store.remove(key);
    const broken = Object.entries(kept).flatMap(([what, holds]) => (holds ? [] : [what]));
    return broken.length === 0
      ? { name: NAME, status: 'ok', detail: `${address} answers, and keeps the conditions of writes` }
      : {
          ...{ name: NAME, status: 'problem', detail: `${address} fails at ${broken.join(', ')}` },
          remedy: 'use a server that knows If-None-Match and If-Match of PutObject',
        };
  } catch (error) {
    return {
      ...{ name: NAME, status: 'problem', detail: errorMessage(error) },
      remedy: 'correct GURUKUL_STORE and the AWS_… variables, or bring the server back',
    };
  }
}
