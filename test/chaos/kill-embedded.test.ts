import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

import { expect } from 'chai';

import { Home } from '../../data/store/home.js';
import { isAlive } from '../../scripts/shared/lock.mjs';
import type { ServerRecord } from '../../temporal-config/server-record.js';
import { readServerRecord } from '../../temporal-config/server-record.js';
import type { GurukulProcess } from '../client/support/gurukul-process.js';
import { startGurukul } from '../client/support/gurukul-process.js';
import { until } from '../support/until.js';

describe('an embedded program that is killed', function () {
  this.timeout(600_000);
  let home: Home;
  let program: GurukulProcess | undefined;
  beforeEach(() => (home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-killed-')))));
  afterEach(async () => {
    program?.child.kill('SIGTERM');
    await program?.ended;
    rmSync(home.root, { recursive: true });
  });

  const workersOf = (record: ServerRecord | undefined): number =>
    record?.users.filter(({ worker }) => worker === true).length ?? 0;

  for (const [when, isDue] of [
    ['while its workers start', async () => Promise.resolve()],
    ['when all is up', async (stdout: Readable) => once(stdout, 'data')],
  ] as const)
    it(`${when} leaves neither workers nor server: the last worker to exit ends the server`, async () => {
      program = startGurukul(['up', '--accelerator', 'cpu'], {
        cwd: home.root,
        env: { GURUKUL_HOME: home.root },
      });
      if (program.child.stdout !== null) await isDue(program.child.stdout);
      let record: ServerRecord | undefined;
      await until(async () => {
        record = await readServerRecord(home);
        return workersOf(record) === 2;
      });
      if (record === undefined) throw new Error('no server was recorded');
      const { pid, users } = record;
      if (when === 'when all is up') {
        // Trainers may still be starting when all else is up.
        const stages = ['start the Temporal server', 'start worker meta-io-cpu', 'start the trainers'];
        await until(() => {
          const file = path.join(home.logs(), 'start.log');
          const log = existsSync(file) ? readFileSync(file, 'utf8') : '';
          return stages.every((stage) => log.includes(stage));
        });
      }

      program.child.kill('SIGKILL');
      await program.ended;
      // Its ports are free with its process: by now another program may have them.
      await until(() => [...users, { pid }].every((user) => !isAlive(user)));
      expect(await readServerRecord(home)).to.equal(undefined);
    });
});
