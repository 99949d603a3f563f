import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { Home } from '../../data/store/home.js';
import { verifyBundle } from '../../activities/audit/verify.js';
import { workflowIds } from '../../workflows/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { eventsOf, waitForEvent } from '../support/run-files.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** Small enough for a test, with several shards and cohorts so that a kill falls between and inside them. */
const INPUT: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'HDFCBANK', 'ITC', 'SBIN'],
  from: '2023-01-01',
  to: '2023-12-27',
  shardWindows: 2,
};

describe('a train worker killed in the middle', function () {
  this.timeout(240_000);
  let rig: TemporalRig;
  let folder: string;
  let home: Home;

  before(async () => {
    rig = await startTemporalRig();
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-chaos-'));
    home = new Home(folder);
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  const startRun = async (runId: string) =>
    rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(runId),
      taskQueue: 'meta',
      args: [{ ...INPUT, runId }],
    });
  const start = async (roles: string) =>
    startWorkerProcess({ roles, home: folder, address: rig.environment.address });

  it('changes nothing: the same digest, and no finished shard trained again', async () => {
    const steps = await start('meta,io,cpu');
    let train = await start('train');
    try {
      const undisturbed: RunStatus = await (await startRun('undisturbed')).result();

      const handle = await startRun('killed');
      await waitForEvent(home, 'killed', ({ event }) => event === 'shard', 120_000);
      await train.kill();
      const finished = (await eventsOf(home, 'killed'))
        .filter(({ event }) => event === 'shard')
        .map(({ id }) => id);
      train = await start('train');
      const killed: RunStatus = await handle.result();

      expect(killed.bundleDigest).to.equal(undisturbed.bundleDigest);
      expect(killed.windows).to.deep.equal(undisturbed.windows);
      const shards = (await eventsOf(home, 'killed')).filter(({ event }) => event === 'shard');
      for (const id of finished)
        expect(
          shards.filter((shard) => shard.id === id),
          id,
        ).to.have.length(1);
      const trained = shards.filter((shard) => shard['reused'] === false).map(({ id }) => id);
      expect(new Set(trained).size, 'shards trained twice').to.equal(trained.length);
      expect(killed.bundle).to.be.a('string');
      expect(await verifyBundle(killed.bundle ?? '')).to.have.property('ok', true);
    } finally {
      await train.leave();
      await steps.leave();
    }
  });
});
