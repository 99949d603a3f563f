import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { claimNamespace } from '../../../temporal-config/home-claim.js';
import { rejection } from '../../support/rejection.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { startWorkerProcess } from '../../support/worker-process.js';

describe('a namespace and the home that it serves', function () {
  this.timeout(300_000);
  let rig: TemporalRig;
  let folder: string;

  before(async () => {
    rig = await startTemporalRig();
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-claim-'));
  });
  after(async () => {
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  it('is claimed by the first home, also repeatedly, and by no other', async () => {
    const { nativeConnection } = rig.environment;
    const first = new Home(path.join(folder, 'first'));
    const second = new Home(path.join(folder, 'second'));
    for (let time = 0; time < 2; time += 1)
      expect(await claimNamespace(nativeConnection, 'default', first)).to.equal(true);
    const refused = await rejection(claimNamespace(nativeConnection, 'default', second), InvalidInputError);
    expect(refused.message).to.match(/serves another home than .*second: .*TEMPORAL_NAMESPACE/);
  });

  it('refuses workers of another home', async () => {
    const start = async (name: string) =>
      startWorkerProcess({ roles: 'io', home: path.join(folder, name), address: rig.environment.address });
    const own = await start('first');
    try {
      const other = await start('second').catch((error: unknown) => error);
      expect(other)
        .to.have.property('message')
        .that.match(/namespace "default".* serves another home/);
    } finally {
      await own.leave();
    }
  });
});
