import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { createTeachIndexActivities } from '../../../activities/teach/index-run.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { Plan } from '../../../data/schemas/plan.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { teachIndexSchema } from '../../../data/schemas/teach-index.js';
import { readJsonRef, writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { writePlan } from '../../../data/store/run-plan.js';
import { sealUnit } from '../../../data/store/units.js';

const RUN = 'run_a';
const COHORT = '2022-01-01_to_2022-06-30';

describe('the index of a run that was started again', () => {
  let home: Home;
  let plan: FileRef;
  const config = { ...runInputSchema.parse({}), runId: RUN };
  const request = { config, cohort: COHORT };
  const activities = () => createTeachIndexActivities({ home });
  const lost = { error: 'TrainerCrashed', message: 'by SIGSEGV' } as const;

  beforeEach(async () => {
    home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-index-')));
    const [start, end] = COHORT.split('_to_');
    const cohort = { id: COHORT, start: start ?? '', end: end ?? '', shards: [['INFY'], ['TCS']] };
    const whole: Plan = {
      windows: 2,
      trainable: 2,
      skipped: {},
      failed: {},
      cohorts: [cohort],
      shards: 2,
      items: [],
    };
    plan = await writePlan(home, RUN, whole);
    // What an earlier start has left.
    for (const shard of [0, 1]) await unit(home.shardDir(RUN, COHORT, 'real', shard), shard === 1);
    await unit(home.studentDir(RUN, COHORT), false);
  });
  afterEach(() => rm(home.root, { recursive: true }));

  async function unit(folder: string, taught: boolean): Promise<void> {
    const labels = await writeRef(home, path.join(folder, 'predictions.parquet'), 'predictions', 1);
    await sealUnit(home, path.join(folder, 'unit.json'), {
      key: 'key',
      outputs: taught ? { predictions: labels } : {},
      summary: {},
    });
  }

  async function indexed(): Promise<{ readonly real: readonly string[]; readonly students: number }> {
    const index = await readJsonRef(home, await activities().indexRun({ config, plan }), teachIndexSchema);
    return {
      real: index.real.map(({ uri }) => path.basename(path.dirname(uri))),
      students: index.students.length,
    };
  }

  it('has all shards and the student of a cohort that ended whole', async () => {
    await activities().sealCohort({ ...request, plan });
    expect(await indexed()).to.deep.equal({ real: ['shard-000', 'shard-001'], students: 1 });
  });

  it('has no earlier result of a shard that is lost now, and no student without teachers', async () => {
    await activities().sealCohort({ ...request, plan, lost: [{ shard: 1, ...lost }] });
    expect(await indexed()).to.deep.equal({ real: ['shard-000'], students: 0 });
  });

  it('has nothing of a cohort that is lost now', async () => {
    await activities().sealCohort({ ...request, plan });
    await activities().recordLostCohort({ ...request, plan, ...lost });
    expect(await indexed()).to.deep.equal({ real: [], students: 0 });
  });
});
