import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { verifyBundle } from '../../activities/audit/verify.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { Home } from '../../data/store/home.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { waitForEvent } from '../support/run-files.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';

const TWO_DEVICES = new URL('../fakes/two-devices.js', import.meta.url).href;

const INPUT: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'HDFCBANK', 'ITC', 'SBIN'],
  from: '2023-01-01',
  to: '2023-12-27',
  shardWindows: 2,
  reuse: 'own',
  accelerator: 'gpu',
};

const readySchema = z.object({ msg: z.literal('trainer process ready'), pid: z.number() });
const progressSchema = z.object({ msg: z.literal('progress') });

/** What the log lines of a worker say: its trainers, and that they are at work. */
interface Watched {
  readonly worker: WorkerProcess;
  readonly trainers: number[];
  /** Resolves with the next progress of a job. */
  atWork(): Promise<void>;
}

describe('train workers on two devices', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let folder: string;

  before(async function () {
    if (process.platform !== 'linux') this.skip();
    rig = await startTemporalRig();
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-devices-'));
    mkdirSync(path.join(folder, 'bin'));
    const devices = ['0, GPU-aaaa', '1, GPU-bbbb'].map((device) => device.split(', '));
    const lines = devices.map(([index, uuid]) => `${index}, Made-up GPU, 81559, 80995, ${uuid}, 1.0`);
    writeFileSync(path.join(folder, 'bin', 'nvidia-smi'), `#!/bin/sh\necho '${lines.join('\n')}'\n`, {
      mode: 0o755,
    });
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
  const homeOf = (name: string): string => path.join(folder, name);

  /** A train worker on a machine with two devices. */
  async function trainOn(devices: string): Promise<Watched> {
    const trainers: number[] = [];
    const waiting: (() => void)[] = [];
    const worker = await startWorkerProcess({
      roles: 'train',
      home: homeOf('home'),
      address: rig.environment.address,
      flags: ['--accelerator', 'gpu', '--devices', devices],
      env: {
        PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${TWO_DEVICES}`.trim(),
      },
      onLog: (line) => {
        const logged: unknown = parsed(line);
        const ready = readySchema.safeParse(logged);
        if (ready.success) trainers.push(ready.data.pid);
        if (progressSchema.safeParse(logged).success) waiting.splice(0).forEach((resolve) => resolve());
      },
    });
    return { worker, trainers, atWork: () => new Promise((resolve) => waiting.push(resolve)) };
  }

  it('are each pinned to their own, and the run ends the same when one is killed in a cohort', async () => {
    const home = new Home(homeOf('home'));
    const steps = await startWorkerProcess({
      roles: 'meta,io,cpu',
      home: home.root,
      address: rig.environment.address,
    });
    const [first, second] = [await trainOn('0'), await trainOn('1')];
    try {
      expect(first.trainers.map(devicesOf)).to.deep.equal(['0']);
      expect(second.trainers.map(devicesOf)).to.deep.equal(['1']);

      // No other worker trains: what is trained is trained on the devices.
      const undisturbed: RunStatus = await (await startRun('undisturbed')).result();
      expect(undisturbed.phase).to.equal('done');

      const handle = await startRun('killed');
      await waitForEvent(home, 'killed', ({ event }) => event === 'shard', 120_000);
      await second.atWork();
      await second.worker.kill();
      const killed: RunStatus = await handle.result();
      expect(killed.bundleDigest).to.equal(undisturbed.bundleDigest);
      expect(killed.windows).to.deep.equal(undisturbed.windows);
      expect(await verifyBundle(killed.bundle ?? '')).to.have.property('ok', true);
    } finally {
      await second.worker.kill();
      await first.worker.leave();
      await steps.leave();
    }
  });

  it('give each trainer of one worker a device, and refuse one that is not there', async () => {
    const both = await trainOn('1,0,1');
    try {
      expect(both.trainers.map(devicesOf).sort()).to.deep.equal(['0', '1', '1']);
    } finally {
      await both.worker.leave();
    }
    const refused = await trainOn('0,2').then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(refused).to.include('TensorFlow sees no GPU 2 here');
  });
});

/** The devices that a process may see. */
function devicesOf(pid: number): string | undefined {
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return variables.find((variable) => variable.startsWith('CUDA_VISIBLE_DEVICES='))?.split('=')[1];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
