import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { CancelledFailure } from '@temporalio/common';
import { expect } from 'chai';

import type { PoolWatch } from '../../../activities/pool/pooled-activities.js';
import { pooledActivities } from '../../../activities/pool/pooled-activities.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { GurukulError } from '../../../data/errors.js';
import { readScores } from '../../../data/scores/score-logs.js';
import { homeSigner } from '../../../data/signing/known-signer.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { onBundleVerified } from '../../../data/telemetry/bundle-verified.js';
import type { ThreadPool } from '../../../workers/pool/thread-pool.js';
import { createThreadPool } from '../../../workers/pool/thread-pool.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import type { SealedRun } from '../../activities/score/sealed-run.js';
import { approveSealed, sealedRun } from '../../activities/score/sealed-run.js';
import { inActivity } from '../../activities/validate/in-activity.js';
import { AUDIT_TASK } from '../../support/audit-task.js';
import { rejection } from '../../support/rejection.js';

describe('the pool of a worker', function () {
  this.timeout(600_000);
  let run: SealedRun;
  let pool: ThreadPool;
  before(async () => {
    await initBackend();
    run = await sealedRun();
    await approveSealed(run);
    pool = createThreadPool({ home: run.home.root, packageRoot }, 1);
  });
  after(async () => {
    await pool.close();
    rmSync(run.home.root, { recursive: true });
  });

  const watch = (change: Partial<PoolWatch> = {}): PoolWatch => ({
    beat: () => undefined,
    signal: new AbortController().signal,
    task: AUDIT_TASK,
    ...change,
  });
  const bundle = () => ({ folder: run.home.bundle(run.run), known: homeSigner(run.home.signingKey()) });

  it('does a job in another thread, says how far it is, and gives what the job gives', async () => {
    const steps: unknown[] = [];
    const scores = await pool.run('scoreChampion', null, watch({ beat: (step) => steps.push(step) }));
    expect(scores).to.deep.equal({
      run: run.run,
      date: '2022-06-29',
      log: run.home.relative(run.home.scoreLog(run.digest, '2022-06-29', 1)),
      scored: 11,
      rows: 11,
      sessions: 0,
    });
    expect(steps).to.include.members(['reading the bars', 'features and scores']);
    expect(await readScores(run.home, run.digest)).to.have.length(1);
  });

  it('is an activity, whose second attempt writes the same file', async () => {
    const { cpu } = pooledActivities(pool.run);
    expect(await inActivity(() => cpu.scoreChampion())).to.include({ run: run.run, scored: 11 });
    expect(await readScores(run.home, run.digest)).to.have.length(1);
  });

  it('tells the process of every bundle that a thread has verified', async () => {
    const counted: boolean[] = [];
    onBundleVerified((ok) => counted.push(ok));
    const report = await pool.run('verifyBundle', bundle(), watch());
    const { folder, known } = bundle();
    const own = await verifyBundle(folder, known);
    expect(report).to.deep.equal(own);
    // One by the thread, one by this test.
    expect(counted).to.deep.equal([own.ok, own.ok]);
  });

  it('ends the thread of a cancelled job, and does the next one in another', async () => {
    const controller = new AbortController();
    const cancelled = pool.run(
      'scoreChampion',
      null,
      watch({ beat: () => controller.abort(), signal: controller.signal }),
    );
    expect(await rejection(cancelled, CancelledFailure)).to.have.property(
      'message',
      'scoreChampion was cancelled',
    );
    expect(await pool.run('verifyBundle', bundle(), watch())).to.have.property('result');
  });

  it('lets a job wait for a thread, and cancels one that waits', async () => {
    const controller = new AbortController();
    const first = pool.run('verifyBundle', bundle(), watch());
    const second = pool.run('verifyBundle', bundle(), watch({ signal: controller.signal }));
    controller.abort();
    await rejection(second, CancelledFailure);
    expect(await first).to.have.property('result');
  });

  it('fails with the error of the job, of its type', async () => {
    appendFileSync(path.join(run.home.bundle(run.run), 'manifest.json'), ' ');
    const error = await rejection(pool.run('scoreChampion', null, watch()), GurukulError);
    expect(error.type).to.equal('InvalidInput');
    expect(error.message).to.match(/the bundle of run sealed does not verify: manifest\.json/);
  });
});
