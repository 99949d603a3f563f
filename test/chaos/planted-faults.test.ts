import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { z } from 'zod';

import { verifyBundle } from '../../activities/audit/verify.js';
import { decodePredictions, takeRows } from '../../data/predictions/parquet.js';
import type { Fault } from '../../data/schemas/faults.js';
import { FAULTS_VARIABLE } from '../../data/fault-injection.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { Home } from '../../data/store/home.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import { eventsOf } from '../support/run-files.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';

const INPUT: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'INFY', 'HDFCBANK', 'ITC', 'SBIN'],
  from: '2023-01-01',
  to: '2023-12-27',
  shardWindows: 3,
  reuse: 'own',
};
const DAY_MS = 86_400_000;

const logSchema = z.looseObject({ msg: z.string().optional(), phase: z.string().optional() });

describe('planted faults in the real program', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let folder: string;
  let home: Home;
  let undisturbed: RunStatus;

  const start = async (
    roles: string,
    faults: readonly Partial<Fault>[] = [],
    onLog?: (line: string) => void,
  ): Promise<WorkerProcess> => {
    if (faults.length > 0) process.env[FAULTS_VARIABLE] = JSON.stringify(faults);
    try {
      const { address } = rig.environment;
      return await startWorkerProcess({ roles, home: folder, address, ...(onLog ? { onLog } : {}) });
    } finally {
      Reflect.deleteProperty(process.env, FAULTS_VARIABLE);
    }
  };
  const startRun = async (runId: string) =>
    rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(runId),
      taskQueue: 'meta',
      args: [{ ...INPUT, runId }],
    });
  const sameAsUndisturbed = async (status: RunStatus): Promise<void> => {
    expect(status.bundleDigest).to.equal(undisturbed.bundleDigest);
    expect(status.windows).to.deep.equal(undisturbed.windows);
    expect(await verifyBundle(status.bundle ?? '')).to.have.property('ok', true);
    const lines = readFileSync(home.teacherRuns(status.runId), 'utf8').trim().split('\n');
    const windows = lines.map((line) => z.looseObject({ window: z.string() }).parse(JSON.parse(line)).window);
    expect(new Set(windows).size, 'windows recorded twice').to.equal(windows.length);
    expect(windows).to.have.length(status.windows.planned);
  };

  before(async () => {
    rig = await startTemporalRig();
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-planted-'));
    home = new Home(folder);
    const worker = await start('meta,io,cpu,train');
    try {
      undisturbed = await (await startRun('undisturbed')).result();
    } finally {
      await worker.leave();
    }
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  it('a full disk, an unavailable store, exhausted memory, clock jumps and duplicate deliveries change nothing', async () => {
    const mark = (name: string): string => path.join(folder, `mark-${name}`);
    const faults: Partial<Fault>[] = [
      { at: 'store.write', do: 'ENOSPC', on: 'weights\\.bin$', mark: mark('full') },
      { at: 'store.append', do: 'ENOSPC', on: 'telemetry', after: 3, mark: mark('append') },
      { at: 'store.read', do: 'EIO', on: 'unit\\.json$', times: 'always', forMs: 2_000, mark: mark('away') },
      { at: 'store.write', do: 'flip', on: 'variants\\.parquet$', mark: mark('flip') },
      { at: 'trainer.progress', do: 'out-of-memory', on: ' predict .*\\]\\[', times: 'always' },
      {
        at: 'worker.activity',
        do: 'again',
        on: '(Shard|Student|Bundle|Index|Cohort|Prior)',
        times: 'always',
      },
      { at: 'process.clock', do: 'jump', on: 'worker', whenMs: 4_000, byMs: DAY_MS },
      { at: 'process.clock', do: 'jump', on: 'trainer', whenMs: 4_000, byMs: -DAY_MS },
    ];
    const worker = await start('meta,io,cpu,train', faults);
    let first: unknown;
    try {
      first = await (await startRun('faulty')).result().catch((error: unknown) => error);
    } finally {
      await worker.leave();
    }
    for (const name of ['full', 'append', 'away', 'flip'])
      expect(existsSync(mark(name)), `${name} has killedAt`).to.equal(true);
    // The flipped bit is detected: the second delivery of the shard writes the file again, or the run reports the
    // damaged file and a resume fixes it.
    const again = await start('meta,io,cpu,train');
    try {
      if (first instanceof Error) expect(String(first.cause)).to.include('has changed since it was written');
      await sameAsUndisturbed(await (await startRun('faulty')).result());
    } finally {
      await again.leave();
    }
    const days = (await eventsOf(home, 'faulty')).map(({ at }) => at.slice(0, 10));
    expect(new Set(days).size, 'days in the telemetry').to.be.greaterThan(1);
  });

  it('a window that always crashes its trainer is quarantined and listed, and changes no bit of the others', async () => {
    const poison = { symbol: 'TCS', cohort: '2023-01-01_to_2023-06-30' };
    const others = async ({ runId, bundle }: RunStatus): Promise<unknown> => {
      const isPoison = (text: string): boolean => text.includes(`"${poison.symbol}_${poison.cohort}"`);
      const teachers = readFileSync(path.join(bundle ?? '', 'teachers.jsonl'), 'utf8')
        .trim()
        .split('\n');
      const predictions = await decodePredictions(readFileSync(home.predictions(runId)));
      const kept = predictions.window.flatMap((window, row) => (isPoison(`"${window}"`) ? [] : [row]));
      return {
        teachers: teachers.filter((line) => !isPoison(line)),
        predictions: takeRows(predictions, kept),
      };
    };
    const worker = await start('meta,io,cpu,train', [
      {
        at: 'trainer.progress',
        do: 'crash',
        on: `^shard real ${poison.cohort} predict 0 .*\\[${poison.symbol}\\]`,
        times: 'always',
      },
    ]);
    let poisoned: RunStatus;
    try {
      poisoned = await (await startRun('poisoned')).result();
    } finally {
      await worker.leave();
    }
    const { planned, succeeded, skipped } = undisturbed.windows;
    expect(poisoned).to.deep.include({
      phase: 'done',
      windows: { planned, succeeded: succeeded - 1, skipped, failed: 1 },
      failedBy: { TrainerCrashed: 1 },
    });
    expect(await verifyBundle(poisoned.bundle ?? '')).to.have.property('ok', true);
    expect(await others(poisoned)).to.deep.equal(await others(undisturbed));
    const { stdout } = await gurukulHere(['status', 'poisoned'], { home, address: rig.environment.address });
    expect(stdout).to.match(/In quarantine, .*--only failed/);
    expect(stdout).to.match(/^TCS +2023-01-01_to_2023-06-30 +TrainerCrashed +3$/m);

    // Resumed without the fault, it is trained, and the run equals the undisturbed one.
    const again = await start('meta,io,cpu,train');
    try {
      const resumed = await rig.client.workflow.start(trainUniverse, {
        workflowId: workflowIds.run('poisoned'),
        taskQueue: 'meta',
        args: [{ ...INPUT, runId: 'poisoned' }, { again: { only: 'failed' } }],
      });
      expect(await resumed.result()).to.deep.include({
        bundleDigest: undisturbed.bundleDigest,
        windows: undisturbed.windows,
      });
    } finally {
      await again.leave();
    }
  });

  it('a worker that is shut down during training checkpoints, exits within its grace period, and loses nothing', async () => {
    let fitting: () => void = () => undefined;
    const inTheMiddle = new Promise<void>((resolve) => {
      fitting = resolve;
    });
    const onLog = (line: string): void => {
      const { msg, phase } = logSchema.parse(JSON.parse(line));
      if (msg === 'progress' && phase === 'fit') fitting();
    };
    const steps = await start('meta,io,cpu');
    const train = await start('train', [], onLog);
    let next: WorkerProcess | undefined;
    try {
      const handle = await startRun('leaving');
      await inTheMiddle;
      expect(await train.leave()).to.equal(0);
      const left = readdirSync(home.checkpoints('leaving'));
      expect(left.length, 'checkpoints').to.be.greaterThan(0);
      expect(left.filter((name) => !name.endsWith('.ckpt'))).to.deep.equal([]);
      next = await start('train');
      await sameAsUndisturbed(await handle.result());
      expect(readdirSync(home.checkpoints('leaving'))).to.deep.equal([]);
    } finally {
      await train.kill();
      await next?.leave();
      await steps.leave();
    }
  });

  it('a GPU worker refuses to start without a GPU for TensorFlow, with a one-sentence message', async () => {
    const main = fileURLToPath(new URL('../../workers/main.js', import.meta.url));
    const child = fork(
      main,
      [
        ...['--role', 'train', '--accelerator', 'gpu', '--devices', '7', '--home', folder],
        ...['--address', rig.environment.address],
      ],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, GURUKUL_LOG_LEVEL: 'error' } },
    );
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    await once(child, 'close');
    expect(child.exitCode).to.equal(2);
    expect(errors).to.match(/^error: TensorFlow sees no GPU 7 here: gurukul doctor says why; .*\n$/);
  });
});
