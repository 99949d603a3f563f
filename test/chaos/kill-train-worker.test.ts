import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import proto from '@temporalio/proto';
import { expect } from 'chai';

import { manifestSchema } from '../../data/schemas/bundle.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { Home } from '../../data/store/home.js';
import { verifyBundle } from '../../activities/audit/verify.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { eventsOf, waitForEvent } from '../support/run-files.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** Small enough for a test, with several shards and cohorts so that a kill can hit between and inside them. */
const INPUT: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'HDFCBANK', 'ITC', 'SBIN'],
  from: '2023-01-01',
  to: '2023-12-27',
  shardWindows: 2,
  reuse: 'own',
};

const HEARTBEAT = proto.temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_HEARTBEAT;
const HEARTBEAT_TIMEOUT_MS = 30_000;
/** Margin for the retry's delay and a busy machine. */
const MARGIN_MS = 10_000;

describe('a train worker killed during training', function () {
  this.timeout(600_000);
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

  const startRun = async (runId: string, input: RunInputDraft = INPUT) =>
    rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(runId),
      taskQueue: 'meta',
      args: [{ ...input, runId }],
    });
  const start = async (roles: string, onLog?: (line: string) => void) =>
    startWorkerProcess({
      roles,
      home: folder,
      address: rig.environment.address,
      ...(onLog === undefined ? {} : { onLog }),
    });
  /** Attempts of a run's training that started after a heartbeat timeout of the previous one. */
  const handedOn = async (runId: string): Promise<{ at: number; by: string }[]> => {
    const attempts: { at: number; by: string }[] = [];
    const query = `WorkflowType = 'trainCohort' AND ${searchAttributes.run.name} = '${runId}'`;
    for await (const { workflowId } of rig.client.workflow.list({ query })) {
      const { events } = await rig.client.workflow.getHandle(workflowId).fetchHistory();
      for (const { activityTaskStartedEventAttributes: begun, eventTime } of events ?? [])
        if (begun?.lastFailure?.timeoutFailureInfo?.timeoutType === HEARTBEAT)
          attempts.push({ at: 1000 * Number(eventTime?.seconds), by: begun.identity ?? '' });
    }
    return attempts;
  };

  it('changes nothing: the digest is the same, its work is taken over in time, and no finished shard is trained again', async () => {
    const steps = await start('meta,io,cpu');
    let onLine: (line: string) => void = () => undefined;
    let train = await start('train', (line) => onLine(line));
    try {
      const undisturbed: RunStatus = await (await startRun('undisturbed')).result();

      const handle = await startRun('killed');
      await waitForEvent(home, 'killed', ({ event }) => event === 'shard', 120_000);
      await new Promise<void>((inTheMiddle) => {
        onLine = (line) =>
          line.includes('"msg":"progress"') && line.includes('"phase":"fit"') ? inTheMiddle() : undefined;
      });
      await train.kill();
      const killedAt = Date.now();
      const killedPid = train.process.pid;
      const finished = (await eventsOf(home, 'killed'))
        .filter(({ event }) => event === 'shard')
        .map(({ id }) => id);
      train = await start('train');
      const killed: RunStatus = await handle.result();
      const attempts = await handedOn('killed');
      expect(attempts, 'attempts taken over').to.not.deep.equal([]);
      for (const { at, by } of attempts) {
        expect(at - killedAt, 'ms until it was taken over').to.be.below(HEARTBEAT_TIMEOUT_MS + MARGIN_MS);
        expect(by).to.match(new RegExp(`^${train.process.pid}@`));
        expect(by).to.not.match(new RegExp(`^${killedPid}@`));
      }

      expect(killed.bundleDigest).to.equal(undisturbed.bundleDigest);
      expect(killed.windows).to.deep.equal(undisturbed.windows);
      // A shard may be reported twice, if its worker was killed before the server had its result; it is trained once.
      const trained = (await eventsOf(home, 'killed'))
        .filter(({ event, ...facts }) => event === 'shard' && facts.reused === false)
        .map(({ id }) => id);
      for (const id of finished) expect(trained, id).to.include(id);
      expect(new Set(trained).size, 'shards trained twice').to.equal(trained.length);
      expect(killed.bundle).to.be.a('string');
      expect(await verifyBundle(killed.bundle ?? '')).to.have.property('ok', true);

      // Two workers and other shard sizes change nothing either.
      const second = await start('train');
      try {
        const cut: RunStatus = await (await startRun('cut', { ...INPUT, shardWindows: 5 })).result();
        expect(await digestsOf(cut)).to.deep.equal(await digestsOf(undisturbed));
        expect(cut.bundleDigest).to.equal(undisturbed.bundleDigest);
      } finally {
        await second.leave();
      }
    } finally {
      await train.leave();
      await steps.leave();
    }
  });
});

/** Digest of every file of a run's bundle, by path. */
async function digestsOf({ bundle }: RunStatus): Promise<Record<string, string>> {
  const manifest = manifestSchema.parse(
    JSON.parse(await readFile(path.join(bundle ?? '', 'manifest.json'), 'utf8')),
  );
  return Object.fromEntries(manifest.covered.map(({ path: name, sha256 }) => [name, sha256]));
}
