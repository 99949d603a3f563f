import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { DevServer } from '../../temporal-config/dev-server.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { anyFreePort } from '../../temporal-config/ports.js';
import { gurukul } from '../client/support/gurukul-process.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';
import type { S3Server } from './s3-server.js';
import { startVersitygw } from './s3-server.js';

const SYMBOLS = 'RELIANCE,TCS,INFY,SBIN,ITC,HDFCBANK';
const ROLES = ['meta', 'io', 'cpu', 'train'] as const;
const doneSchema = z.object({ phase: z.literal('done'), bundleDigest: z.string() });

function digestOf(stdout: string): string {
  return doneSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).bundleDigest;
}

describe('workers that share a bucket and no disk', function () {
  this.timeout(60 * 60_000);
  const root = mkdtempSync(path.join(tmpdir(), 'gurukul-machines-'));
  const homeOf = (machine: string): string => {
    const home = path.join(root, machine);
    mkdirSync(home, { recursive: true });
    return home;
  };
  let bucket: S3Server;
  let temporal: DevServer;
  const workers: WorkerProcess[] = [];

  before(async () => {
    bucket = await startVersitygw();
    const [port, uiPort] = [await anyFreePort(), await anyFreePort()];
    temporal = await startDevServer({ home: new Home(homeOf('server')), packageRoot, port, uiPort });
    for (const role of ROLES)
      workers.push(
        await startWorkerProcess({
          ...{ roles: role, home: homeOf(role), address: temporal.address },
          env: bucket.env('fleet'),
        }),
      );
  });
  after(async () => {
    await Promise.all(workers.map(async (worker) => worker.leave()));
    await temporal.stop();
    await bucket.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('make the bundle that one machine makes', async () => {
    const input = ['--run-id', 'r', '--symbols', SYMBOLS, '--json'];
    const alone = await gurukul(['run', '--embedded', ...input], {
      cwd: root,
      env: { GURUKUL_HOME: homeOf('alone') },
    });
    expect(alone.status, alone.stderr).to.equal(0);
    const own = {
      ...bucket.env('fleet'),
      GURUKUL_HOME: homeOf('client'),
      TEMPORAL_ADDRESS: temporal.address,
    };
    const fleet = await gurukul(['run', ...input], { cwd: root, env: own });
    expect(fleet.status, fleet.stderr).to.equal(0);
    expect(digestOf(fleet.stdout)).to.equal(digestOf(alone.stdout));
    const bundle = path.join(homeOf('client'), 'release', 'audit_r');
    const verified = await gurukul(['audit', 'verify', bundle, '--json'], { cwd: root, env: own });
    expect(verified.status, verified.stderr).to.equal(0);
  });
});
