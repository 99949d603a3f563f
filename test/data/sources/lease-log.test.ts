import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import type { LeaseLog } from '../../../data/sources/lease-log.js';
import { deleteOldLeaseLogs, openLeaseLog } from '../../../data/sources/lease-log.js';
import { Home } from '../../../data/store/home.js';

const DAY_MS = 86_400_000;

describe('the log of a lease', () => {
  let home: Home;
  beforeEach(() => (home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-lease-')))));
  afterEach(() => rmSync(home.root, { recursive: true }));

  it('gives each call to one holder, and none once the lease is closed', () => {
    const step = fc.record({
      holder: fc.nat(2),
      close: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
    });
    let runs = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 14 }), (calls, steps) => {
        runs += 1;
        const lease = { id: `train/run/${runs}`, calls };
        const holders = [0, 1, 2].map((): LeaseLog => openLeaseLog(home, 'breeze', lease));
        let [got, closed] = [0, false];
        for (const { holder, close } of steps) {
          const log = holders[holder];
          if (log === undefined) throw new Error('no such holder');
          if (close) {
            closed = true;
            expect(log.close(), 'taken').to.equal(got);
          } else {
            const may = log.take();
            expect(may).to.equal(!closed && got < calls);
            if (may) got += 1;
          }
        }
        expect(openLeaseLog(home, 'breeze', lease).close(), 'the number that the workflow gets').to.equal(
          got,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('is separate for each lease, and is deleted once the lease has expired long ago', () => {
    const [one, other] = ['one', 'other'].map((id) => openLeaseLog(home, 'breeze', { id, calls: 1 }));
    expect([one?.take(), one?.take(), other?.take()]).to.deep.equal([true, false, true]);
    const folder = path.dirname(home.leaseLog('breeze', 'any'));
    const [first = ''] = readdirSync(folder);
    const now = Date.now();
    const [young, old] = [now - 1.9 * DAY_MS, now - 2.1 * DAY_MS].map((ms) => ms / 1000);
    utimesSync(path.join(folder, first), young ?? 0, young ?? 0);
    deleteOldLeaseLogs(home, 'breeze', now);
    expect(readdirSync(folder)).to.have.length(2);
    utimesSync(path.join(folder, first), old ?? 0, old ?? 0);
    deleteOldLeaseLogs(home, 'breeze', now);
    expect(readdirSync(folder)).to.have.length(1);
    deleteOldLeaseLogs(home, 'yahoo', Date.now());
  });
});
