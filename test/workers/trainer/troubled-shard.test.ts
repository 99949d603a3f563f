import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { TrainerResult } from '../../../activities/model/jobs.js';
import { runShard } from '../../../activities/teach/run-shard.js';
import { GurukulError } from '../../../data/errors.js';
import type { Fault } from '../../../data/schemas/faults.js';
import { FAULTS_VARIABLE } from '../../../data/fault-injection.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { readJsonRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { forgetShardTroubles, quarantinedWindows } from '../../../data/store/shard-troubles.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import type { SupervisedTrainer } from '../../../workers/trainer/supervisor.js';
import { createTrainer } from '../../../workers/trainer/supervisor.js';
import { inActivity } from '../../activities/validate/in-activity.js';
import { COHORT, CONFIG, SYMBOLS, storeUniverse } from './stored-universe.js';

const MOST_ATTEMPTS = 20;

describe('a shard that ends its trainer', function () {
  this.timeout(600_000);
  let home: Home;
  let ingest: FileRef;
  let prior: FileRef;
  let trainer: SupervisedTrainer | undefined;

  const start = (faults: readonly Partial<Fault>[], hangAfterMs = 60_000): SupervisedTrainer => {
    // Trainer processes inherit it; nothing is armed in this one.
    process.env[FAULTS_VARIABLE] = JSON.stringify(faults);
    trainer = createTrainer({
      home,
      packageRoot,
      accelerator: 'cpu',
      hangAfterMs,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    });
    return trainer;
  };
  /** Runs the shard as the server would: again after every failure that is retried. */
  async function teach(
    shard: number,
    faults: readonly Partial<Fault>[],
    hangAfterMs?: number,
  ): Promise<{ result: TrainerResult; failures: string[] }> {
    const own = start(faults, hangAfterMs);
    const deps = { home, trainer: own, shutdown: new AbortController().signal };
    const job = {
      arm: 'real',
      config: CONFIG,
      cohort: COHORT,
      ingest,
      prior,
      shard,
      symbols: SYMBOLS,
    } as const;
    const failures: string[] = [];
    try {
      for (;;) {
        try {
          const result = await inActivity(() => runShard(deps, { kind: 'shard', ...job }));
          return { result, failures };
        } catch (error) {
          if (!(error instanceof GurukulError)) throw error;
          failures.push(`${error.type}: ${error.message}`);
          if (failures.length === MOST_ATTEMPTS) throw new Error(failures.join('\n'), { cause: error });
        }
      }
    } finally {
      await own.close();
    }
  }
  const digests = async ({ manifest }: TrainerResult): Promise<Record<string, string>> => {
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    return Object.fromEntries(Object.entries(outputs).map(([role, { sha256 }]) => [role, sha256]));
  };
  let undisturbed: Record<string, string>;

  before(async () => {
    home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-troubled-')));
    ingest = await storeUniverse(home);
    const job = { kind: 'prior', arm: 'real', config: CONFIG, cohort: COHORT, ingest } as const;
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    prior = (await start([]).run(job, options)).manifest;
    await trainer?.close();
    undisturbed = await digests((await teach(0, [])).result);
  });
  afterEach(async () => {
    await trainer?.close();
    Reflect.deleteProperty(process.env, FAULTS_VARIABLE);
  });
  after(() => rm(home.root, { recursive: true }));

  for (const [how, shard] of [
    ['out-of-memory', 1],
    ['exit-out-of-memory', 2],
  ] as const)
    it(`by ${how}: is halved down to one window, and ends with the same bytes`, async () => {
      const many = '\\]\\['; // any batch of two or more
      const { result, failures } = await teach(shard, [
        { at: 'trainer.progress', do: how, on: `predict.*${many}`, times: 'always' },
      ]);
      expect(failures).to.have.length(2);
      for (const failure of failures) expect(failure).to.match(/^OutOfMemory: .*(OOM|heap out of memory)/);
      expect(result).to.deep.include({ succeeded: 4, failedBy: {} });
      expect(await digests(result)).to.deep.equal(undisturbed);
    });

  it('by a crash in one window: finds it, quarantines it, goes on, and tries it again when asked', async () => {
    const faults = [
      { at: 'trainer.progress', do: 'crash', on: 'predict 0 .*\\[DELTA\\]', times: 'always' },
    ] as const;
    const { result, failures } = await teach(3, faults);
    expect(failures).to.have.length(4);
    for (const failure of failures)
      expect(failure)
        .to.match(/^TrainerCrashed/)
        .and.to.include('SIGSEGV');
    expect(result).to.deep.include({ succeeded: 3, failedBy: { TrainerCrashed: 1 } });
    expect(await quarantinedWindows(home, CONFIG.runId)).to.deep.equal([
      { cohort: COHORT.id, symbol: 'DELTA', error: 'TrainerCrashed', strikes: 3 },
    ]);
    // A resume does not run into it again: the shard is found as it is.
    const resumed = await teach(3, faults);
    expect(resumed).to.deep.equal({ failures: [], result: { ...result, reused: true } });
    await forgetShardTroubles(home, { runId: CONFIG.runId, cohort: COHORT.id, shard: 3 });
    expect(await quarantinedWindows(home, CONFIG.runId)).to.deep.equal([]);
    expect(await digests((await teach(3, [])).result)).to.deep.equal(undisturbed);
  });

  it('by a loop that hangs: is found, ended and done again', async () => {
    const mark = path.join(home.root, 'hung');
    // Long enough to read the bars on a busy machine.
    const { result, failures } = await teach(
      4,
      [{ at: 'trainer.progress', do: 'hang', on: 'predict', mark }],
      6_000,
    );
    expect(failures).to.have.length(1);
    expect(failures[0]).to.include('TrainerCrashed: the trainer process was ended: hung: no progress');
    expect(await digests(result)).to.deep.equal(undisturbed);
  });
});
