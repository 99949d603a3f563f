import { readFileSync, readdirSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { expect } from 'chai';

import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { verifyInProcess } from '../../../activities/audit/verify-elsewhere.js';
import { withHeartbeats } from '../../../activities/heartbeat.js';
import { GurukulError } from '../../../data/errors.js';
import type { KnownSigner } from '../../../data/signing/known-signer.js';
import { homeSigner } from '../../../data/signing/known-signer.js';
import type { Home } from '../../../data/store/home.js';
import { compiledRoot } from '../../../data/store/package-root.js';
import { onBundleVerified } from '../../../data/telemetry/bundle-verified.js';
import { rejection } from '../../support/rejection.js';
import { until } from '../../support/until.js';
import { freshHome, sealedRun } from './finished-run.js';

const PROGRAM = 'verification-process.js';

/** Processes of the program that this process, or one of its threads, has started. */
function started(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return Number(parent) === process.pid && command.includes(PROGRAM) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

async function newest(): Promise<number> {
  await until(() => started().length > 0);
  return started()[0] ?? 0;
}

describe('a verification in a process of its own', function () {
  this.timeout(600_000);
  let home: Home;
  let folder: string;
  let known: KnownSigner;

  before(async () => {
    home = await freshHome();
    ({ bundle: folder } = await sealedRun(home, { runId: 'a_run' }));
    const own = homeSigner(home.signingKey());
    if (own === undefined) expect.fail('the home has a key');
    known = own;
  });

  after(async () => rm(home.root, { recursive: true }));

  it('says what one in this process says, how far it is, and counts once', async () => {
    const beats: unknown[] = [];
    const counted: boolean[] = [];
    const here = await verifyBundle(folder, known);
    onBundleVerified((ok) => counted.push(ok));
    const apart = await withHeartbeats(
      (details) => void beats.push(details),
      async () => verifyInProcess(folder, known),
    );
    expect(apart).to.deep.equal(here).and.to.have.property('ok', true);
    expect(beats).to.include('2022-01-01_to_2022-06-30');
    expect(counted).to.deep.equal([true]);
  });

  it('says what is wrong with a bundle, and why it cannot verify one', async () => {
    const changed = path.join(home.root, 'changed');
    await cp(folder, changed, { recursive: true });
    await writeFile(path.join(changed, BUNDLE.summary), 'other words');
    expect(await verifyInProcess(changed, known)).to.deep.equal(await verifyBundle(changed, known));
  });

  it('that is ended from outside can be tried again', async () => {
    for (const [signal, type] of [
      ['SIGTERM', 'TrainerCrashed'],
      ['SIGKILL', 'OutOfMemory'],
    ] as const) {
      const verified = rejection(verifyInProcess(folder, known), GurukulError);
      process.kill(await newest(), signal);
      expect(await verified).to.include({ type });
    }
  });

  it('ends with the thread that waits for it', async () => {
    const module = pathToFileURL(path.join(compiledRoot, 'activities/audit/verify-elsewhere.js')).href;
    const asked = JSON.stringify({ module, folder, known });
    const thread = new Worker(
      `const { module, folder, known } = ${asked}; import(module).then((own) => own.verifyInProcess(folder, known));`,
      { eval: true },
    );
    const pid = await newest();
    await thread.terminate();
    await until(() => !started().includes(pid));
  });
});
