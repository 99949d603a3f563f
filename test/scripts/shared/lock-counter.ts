import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { withLock } from '../../../scripts/shared/lock.mjs';

/** Counts up a number in a file, one round a lock; with `die`, is killed inside the lock half-way. */
const [lock = '', file = '', rounds = '0', end] = process.argv.slice(2);
for (let round = 1; round <= Number(rounds); round += 1)
  await withLock(
    lock,
    'counting',
    () => undefined,
    async () => {
      const count = Number(readFileSync(file, 'utf8'));
      await sleep(1);
      writeFileSync(file, String(count + 1));
      if (end === 'die' && round === Number(rounds) / 2) process.kill(process.pid, 'SIGKILL');
    },
  );
