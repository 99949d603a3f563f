import { fork } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { z } from 'zod';

import type { PriorJob, TrainerProgress, TrainerResult } from '../../../activities/model/jobs.js';
import { GurukulError } from '../../../data/errors.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { readJsonRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import type { TrainerFigures } from '../../../workers/trainer/protocol.js';
import type { SupervisedTrainer, TrainerOptions } from '../../../workers/trainer/supervisor.js';
import { createTrainer } from '../../../workers/trainer/supervisor.js';
import { rejection } from '../../support/rejection.js';
import { until } from '../../support/until.js';
import { COHORT, CONFIG, SYMBOLS, storeUniverse } from './stored-universe.js';

const pidSchema = z.object({ pid: z.number() });

describe('a supervised trainer process', function () {
  this.timeout(300_000);

  let home: Home;
  let ingest: FileRef;
  let trainer: SupervisedTrainer;
  let pids: number[];
  let undisturbed: Record<string, string>;

  const start = (
    change: Partial<Pick<TrainerOptions, 'hangAfterMs' | 'checkpointEveryMs' | 'onFigures'>> = {},
  ): SupervisedTrainer =>
    createTrainer({
      home,
      packageRoot,
      accelerator: 'cpu',
      log: {
        debug: () => undefined,
        info: (details) => {
          pids.push(pidSchema.parse(details).pid);
        },
        warn: () => undefined,
      },
      ...change,
    });
  const prior = (runId: string): PriorJob => ({
    kind: 'prior',
    arm: 'real',
    config: { ...CONFIG, runId },
    cohort: COHORT,
    ingest,
    reuse: 'own',
  });
  const run = (
    job: Parameters<SupervisedTrainer['run']>[0],
    onProgress: (progress: TrainerProgress) => void = () => undefined,
    signal = new AbortController().signal,
  ): Promise<TrainerResult> => trainer.run(job, { signal, onProgress });
  /** Calls something once, in the middle of the job's second fit. */
  const inTheMiddle = (action: () => void): ((progress: TrainerProgress) => void) => {
    let done = false;
    return ({ phase, step }) => {
      if (done || phase !== 'fit' || step < 2) return;
      done = true;
      action();
    };
  };
  const digests = async ({ manifest }: TrainerResult): Promise<Record<string, string>> => {
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    return Object.fromEntries(Object.entries(outputs).map(([role, { sha256 }]) => [role, sha256]));
  };
  const lastPid = (): number => pids.at(-1) ?? NaN;

  before(async () => {
    home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-trainer-')));
    ingest = await storeUniverse(home);
  });
  beforeEach(() => {
    pids = [];
    trainer = start();
  });
  afterEach(() => trainer.close());

  it('says of itself what machines watch, until it is gone', async () => {
    const said: (TrainerFigures | undefined)[] = [];
    const watched = start({ onFigures: (figures) => void said.push(figures) });
    await watched.backend();
    await until(() => said.length > 0);
    expect(said[0]?.residentBytes).to.be.greaterThan(50e6);
    expect(said[0]?.checkpointAge, 'no job').to.equal(null);
    await watched.close();
    expect(said.at(-1)).to.equal(undefined);
  });

  it('runs jobs one after another in one warm process', async () => {
    expect(await trainer.backend()).to.include({ device: 'cpu' });
    const first = await run(prior('undisturbed'));
    undisturbed = await digests(first);
    const [shard, again] = await Promise.all([
      run({ ...prior('undisturbed'), kind: 'shard', shard: 0, symbols: SYMBOLS, prior: first.manifest }),
      run(prior('undisturbed')),
    ]);
    expect(shard).to.include({ succeeded: 4, reused: false });
    expect(again).to.deep.equal({ ...first, reused: true });
    expect(pids).to.have.length(1);
  });

  it('reports what a job throws, by type, and goes on', async () => {
    const lost = { ...prior('lost'), ingest: { ...ingest, sha256: '0'.repeat(64) } };
    const error = await rejection(run(lost), GurukulError);
    expect(error.type).to.equal('ChecksumMismatch');
    expect(error.message).to.include('has changed since it was written');
    expect(await digests(await run(prior('after_error')))).to.deep.equal(undisturbed);
    expect(pids).to.have.length(1);
  });

  it('checkpoints a cancelled job, stays warm, and resumes it to the same bytes', async () => {
    const controller = new AbortController();
    const job = run(
      prior('cancelled'),
      inTheMiddle(() => controller.abort()),
      controller.signal,
    );
    expect((await rejection(job, GurukulError)).type).to.equal('Cancelled');
    expect(await readdir(home.checkpoints('cancelled'))).to.have.length(1);
    const steps: string[] = [];
    const resumed = await run(prior('cancelled'), ({ phase, step }) => void steps.push(`${phase} ${step}`));
    expect(steps, 'the first fit is not trained again').to.not.include('select 1');
    expect(await digests(resumed)).to.deep.equal(undisturbed);
    expect(pids).to.have.length(1);
  });

  it('does not start a job that is cancelled already', async () => {
    expect(
      (await rejection(run(prior('never'), undefined, AbortSignal.abort()), GurukulError)).type,
    ).to.equal('Cancelled');
  });

  it('starts again after a kill, from the last checkpoint, to the same bytes', async () => {
    await trainer.close();
    trainer = start({ checkpointEveryMs: 0 });
    const job = run(
      prior('killed'),
      inTheMiddle(() => process.kill(lastPid(), 'SIGKILL')),
    );
    expect((await rejection(job, GurukulError)).type).to.equal('TrainerCrashed');
    const steps: string[] = [];
    const resumed = await run(prior('killed'), ({ phase, step }) => void steps.push(`${phase} ${step}`));
    expect(steps).to.not.include('select 1');
    expect(await digests(resumed)).to.deep.equal(undisturbed);
    expect(new Set(pids).size).to.equal(2);
  });

  it('treats a SIGTERM from outside as a crash that can be retried, with a checkpoint', async () => {
    const job = run(
      prior('terminated'),
      inTheMiddle(() => process.kill(lastPid(), 'SIGTERM')),
    );
    expect((await rejection(job, GurukulError)).type).to.equal('TrainerCrashed');
    expect(await readdir(home.checkpoints('terminated'))).to.have.length(1);
    expect(await digests(await run(prior('terminated')))).to.deep.equal(undisturbed);
  });

  it('finds and ends a hung process', async () => {
    await trainer.close();
    trainer = start({ hangAfterMs: 2_000 });
    const job = run(
      prior('hung'),
      inTheMiddle(() => process.kill(lastPid(), 'SIGSTOP')),
    );
    const error = await rejection(job, GurukulError);
    expect(error.type).to.equal('TrainerCrashed');
    expect(error.message).to.include('hung: no progress for 2000 ms');
  });

  it('refuses to continue with another backend than it began with', async () => {
    // The job's failure says that the end of its process was noticed.
    await rejection(
      run(
        prior('before_change'),
        inTheMiddle(() => process.kill(lastPid(), 'SIGKILL')),
      ),
      GurukulError,
    );
    const { TF_NUM_INTRAOP_THREADS: before } = process.env;
    process.env['TF_NUM_INTRAOP_THREADS'] = '3';
    try {
      const error = await rejection(run(prior('after_change')), GurukulError);
      expect(error.type).to.equal('TrainerCrashed');
      expect(error.message).to.match(/it started with \S+-t3, where this worker began with \S+-t\d+/);
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, 'TF_NUM_INTRAOP_THREADS');
      else process.env['TF_NUM_INTRAOP_THREADS'] = before;
    }
    expect(await digests(await run(prior('changed_back')))).to.deep.equal(undisturbed);
  });

  it('survives two attempts at one job at the same time', async () => {
    await trainer.close();
    trainer = start({ checkpointEveryMs: 0 });
    const other = start({ checkpointEveryMs: 0 });
    try {
      const options = { signal: new AbortController().signal, onProgress: () => undefined };
      const both = await Promise.all([run(prior('twice')), other.run(prior('twice'), options)]);
      for (const result of both) expect(await digests(result)).to.deep.equal(undisturbed);
      expect(await readdir(home.checkpoints('twice'))).to.deep.equal([]);
      const folder = path.dirname(home.absolute(both[0].manifest.uri));
      // The few rows of the test give no probability out of fold.
      expect((await readdir(folder)).sort()).to.deep.equal([
        'choice_returns.parquet',
        'choices.json',
        'model.json',
        'unit.json',
        'weights.bin',
      ]);
    } finally {
      await other.close();
    }
  });

  it('ends when it is closed, and refuses jobs then', async () => {
    await trainer.backend();
    await trainer.close();
    await trainer.close();
    expect(isAlive(lastPid())).to.equal(false);
    await rejection(run(prior('closed')), GurukulError);
  });

  it('checkpoints and ends when its parent is gone', async () => {
    // A fit takes so little time that it may have ended before the trainer notices: then with another run.
    const left: string[] = [];
    for (let attempt = 0; attempt < 8 && left.length === 0; attempt += 1) {
      const runId = `abandoned-${attempt}`;
      await abandon(runId);
      left.push(...(await readdir(home.checkpoints(runId)).catch(() => [])));
    }
    expect(left).to.have.length(1);
  });

  /** Runs a job in a process that kills itself in the first fit, and waits for the end of its trainer. */
  async function abandon(runId: string): Promise<void> {
    const parent = fork(
      fileURLToPath(new URL('./abandoning-parent.js', import.meta.url)),
      [home.root, JSON.stringify(ingest), runId],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    );
    let pid = NaN;
    parent.on('message', (message) => {
      pid = pidSchema.parse(message).pid;
    });
    await new Promise((resolve) => parent.once('exit', resolve));
    await until(() => !isAlive(pid));
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
