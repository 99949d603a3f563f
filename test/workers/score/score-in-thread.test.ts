import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { CancelledFailure } from '@temporalio/common';
import { expect } from 'chai';

import { createScoreActivities } from '../../../activities/score/index.js';
import { InvalidInputError, asGurukulError } from '../../../data/errors.js';
import { readScores } from '../../../data/scores/score-logs.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { scoreInThread } from '../../../workers/score/score-in-thread.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import type { SealedRun } from '../../activities/score/sealed-run.js';
import { approveSealed, sealedRun } from '../../activities/score/sealed-run.js';
import { inActivity } from '../../activities/validate/in-activity.js';

describe('scoring in a thread of its own', function () {
  this.timeout(120_000);
  let run: SealedRun;
  before(async () => {
    await initBackend();
    run = await sealedRun();
  });
  after(() => rmSync(run.home.root, { recursive: true }));

  const score = (onStep: (step: string) => void = () => undefined, signal = new AbortController().signal) =>
    scoreInThread({ home: run.home.root, packageRoot })(onStep, signal);

  it('scores nothing without a champion', async () => {
    expect(await score()).to.equal(null);
  });

  describe('with a champion', () => {
    before(() => approveSealed(run));

    it('says what it does, and records the scores', async () => {
      const steps: string[] = [];
      const scores = await score((step) => steps.push(step));
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

    it('gives the same as an activity, whose second attempt is the same file', async () => {
      const activities = createScoreActivities({
        score: scoreInThread({ home: run.home.root, packageRoot }),
      });
      const scores = await inActivity(() => activities.scoreChampion());
      expect(scores).to.include({ run: run.run, scored: 11 });
      expect(await readScores(run.home, run.digest)).to.have.length(1);
    });

    it('ends when it is cancelled', async () => {
      const controller = new AbortController();
      const error: unknown = await score(() => controller.abort(), controller.signal).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(CancelledFailure);
    });

    it('fails with the error of the thread', async () => {
      appendFileSync(path.join(run.home.bundle(run.run), 'manifest.json'), ' ');
      const error: unknown = await score().catch((thrown: unknown) => thrown);
      expect(error).to.not.be.instanceOf(InvalidInputError);
      expect(asGurukulError(error)).to.include({ type: 'InvalidInput' });
      expect(asGurukulError(error).message).to.match(
        /the bundle of run sealed does not verify: manifest\.json/,
      );
    });
  });
});
