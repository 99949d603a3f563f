import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { gurukul } from '../client/support/gurukul-process.js';
import type { S3Server } from './s3-server.js';
import { startVersitygw } from './s3-server.js';

const SYMBOLS = 'RELIANCE,TCS,INFY,SBIN,ITC,HDFCBANK';
const doneSchema = z.object({ phase: z.literal('done'), bundle: z.string(), bundleDigest: z.string() });

describe('a run whose store is a bucket', function () {
  this.timeout(60 * 60_000);
  let server: S3Server;
  const homes: string[] = [];
  const freshHome = (): string => {
    const home = mkdtempSync(path.join(tmpdir(), 'gurukul-fleet-home-'));
    homes.push(home);
    return home;
  };
  before(async () => {
    server = await startVersitygw();
  });
  after(async () => {
    await server.stop();
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  });

  it('has the digest of one in a folder, and is verified on a machine that has only the bucket', async () => {
    const digests: string[] = [];
    for (const store of [{}, server.env('fleet')]) {
      const home = freshHome();
      const env = { ...store, GURUKUL_HOME: home };
      const run = await gurukul(['run', '--embedded', '--run-id', 'r', '--symbols', SYMBOLS, '--json'], {
        ...{ cwd: home, env },
      });
      expect(run.status, run.stderr).to.equal(0);
      const { bundle, bundleDigest } = doneSchema.parse(
        JSON.parse(run.stdout.trim().split('\n').at(-1) ?? ''),
      );
      digests.push(bundleDigest);
      expect(existsSync(bundle), bundle).to.equal(!('GURUKUL_STORE' in store));
    }
    expect(digests[1]).to.equal(digests[0]);
    const elsewhere = freshHome();
    const env = { ...server.env('fleet'), GURUKUL_HOME: elsewhere };
    const verified = await gurukul(
      ['audit', 'verify', path.join(elsewhere, 'release', 'audit_r'), '--json'],
      { cwd: elsewhere, env },
    );
    expect(verified.status, verified.stderr).to.equal(0);
    expect(JSON.parse(verified.stdout)).to.include({ result: 'ok', digest: digests[0] });
    const report = await gurukul(['report', 'r'], { cwd: elsewhere, env });
    expect(existsSync(report.stdout.trim()), report.stdout).to.equal(true);
  });
});
