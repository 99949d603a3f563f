import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import type { CohortUnits, ReproductionJob } from '../../../activities/model/jobs.js';
import { runTrainerJob } from '../../../activities/model/run-trainer-job.js';
import type { Reproduction } from '../../../data/schemas/reproduction.js';
import { reproductionSchema } from '../../../data/schemas/reproduction.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { Home } from '../../../data/store/home.js';
import { sealUnit } from '../../../data/store/units.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { contextOf, manifestOf, newHome, priorJob, shardJob, studentJob } from './job-rig.js';
import { syntheticTable } from './synthetic-table.js';

const SYMBOLS = ['S000', 'S001', 'S002', 'S003', 'S004', 'S005'];

describe('training a cohort a second time', function () {
  this.timeout(300_000);
  before(() => initBackend());
  const table = syntheticTable({ symbols: 6, bars: 520 });

  async function trained(home: Home): Promise<ReproductionJob> {
    const context = contextOf(home, table);
    const prior = await runTrainerJob(priorJob(), context);
    const shard = await runTrainerJob(shardJob(prior.manifest, SYMBOLS), context);
    const own: CohortUnits = { prior: prior.manifest, shards: [shard.manifest] };
    const { arm: _, ...job } = studentJob(own);
    const student = await runTrainerJob(studentJob(own), context);
    return {
      ...job,
      kind: 'reproduction',
      shards: [{ shard: 0, symbols: SYMBOLS, manifest: shard.manifest }],
      student: student.manifest,
    };
  }

  async function reproduced(home: Home, job: ReproductionJob): Promise<Reproduction> {
    const { manifest } = await runTrainerJob(job, contextOf(home, table));
    const { outputs } = await manifestOf(home, manifest);
    return reproductionSchema.parse(
      JSON.parse(await readFile(home.absolute(outputs['record']?.uri ?? ''), 'utf8')),
    );
  }

  it('gives files with the same digests, and leaves nothing but the record', async () => {
    const home = newHome();
    const job = await trained(home);
    const record = await reproduced(home, job);
    expect(record).to.deep.include({ units: 3, differences: [] });
    expect(record.equal).to.equal(record.files);
    expect(record.files).to.be.above(12);
    expect(existsSync(path.join(home.runDir('run_a'), 'again'))).to.equal(false);
  });

  it('names every file that differs from the first time', async () => {
    const home = newHome();
    const job = await trained(home);
    const { key, outputs, summary } = await manifestOf(home, job.student);
    const other: FileRef = {
      ...outputs['predictions'],
      ...{ uri: 'x', sha256: 'e'.repeat(64), bytes: 1, rows: 1 },
    };
    const student = await sealUnit(home, path.join(home.runDir('run_a'), 'changed.json'), {
      key,
      outputs: { ...outputs, predictions: other },
      summary,
    });
    const record = await reproduced(home, { ...job, student });
    expect(record.differences).to.deep.equal([{ unit: 'student', file: 'predictions' }]);
    expect(record.equal).to.equal(record.files - 1);
  });
});
