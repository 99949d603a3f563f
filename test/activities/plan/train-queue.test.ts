import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { expect } from 'chai';

import { createPlanActivities } from '../../../activities/plan/index.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { newHome } from '../model/job-rig.js';

describe('the queue of a cohort that no GPU worker has started', () => {
  const home = newHome();
  after(() => rm(home.root, { recursive: true }));

  const next = async (looks: number, pollers: number) =>
    createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(pollers),
      now: Date.now,
    }).nextTrainQueue({
      runId: 'r',
      cohort: 'c',
      looks,
    });

  it('stays the GPU queue while a worker polls, and after one check without any', async () => {
    expect(await next(5, 1)).to.deep.equal({ trainQueue: 'train.gpu', seen: true });
    expect(await next(0, 0)).to.deep.equal({ trainQueue: 'train.gpu', seen: false });
    expect(existsSync(home.telemetry('r'))).to.equal(false);
  });

  it('becomes the CPU queue at the second check without any, and telemetry records why', async () => {
    expect(await next(1, 0)).to.deep.equal({ trainQueue: 'train.cpu', seen: false });
    const [line = ''] = readFileSync(home.telemetry('r'), 'utf8').split('\n');
    expect(JSON.parse(line)).to.deep.include({
      event: 'train_queue',
      id: 'train_queue/c',
      cohort: 'c',
      queue: 'train.cpu',
    });
  });
});
