import { rm } from 'node:fs/promises';

import { expect } from 'chai';

import { readBundle } from '../../../activities/audit/read-bundle.js';
import { contentOf } from '../../../activities/audit/bundle-content.js';
import { readJsonFile } from '../../../activities/audit/bundle-facts.js';
import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { figuresInThread } from '../../../activities/audit/figures-elsewhere.js';
import { recomputeFigures } from '../../../activities/audit/recompute-figures.js';
import {
  concatPredictions,
  decodePredictions,
  encodePredictions,
  takeRows,
} from '../../../data/predictions/parquet.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../../data/schemas/stress.js';
import type { Home } from '../../../data/store/home.js';
import { freshHome, sealedRun } from './finished-run.js';

describe('figures of a bundle, computed again', function () {
  this.timeout(600_000);
  let home: Home;
  let covered: ReadonlyMap<string, Uint8Array>;

  before(async () => {
    home = await freshHome();
    const { bundle } = await sealedRun(home, { runId: 'a_run' });
    const read = await readBundle(bundle);
    if ('file' in read) expect.fail(read.file);
    ({ covered } = read);
  });

  after(async () => {
    await rm(home.root, { recursive: true });
  });

  it('cohort by cohort, are those that it holds', async () => {
    const { metrics, statTests, stressTests } = await recomputeFigures(covered);
    expect(metrics).to.deep.equal(readJsonFile(covered, BUNDLE.metrics, metricsSchema));
    expect(statTests).to.deep.equal(readJsonFile(covered, BUNDLE.statTests, statTestsSchema));
    expect(stressTests).to.deep.equal(readJsonFile(covered, BUNDLE.stressTests, stressTestsSchema));
  });

  it('are the same in a thread of their own, which says what it cannot read', async () => {
    expect((await figuresInThread(covered)).metrics).to.deep.equal((await recomputeFigures(covered)).metrics);
    const damaged = new Map([...covered, [BUNDLE.student, new Uint8Array(8)]]);
    const error: unknown = await figuresInThread(damaged).catch((reason: unknown) => reason);
    expect(error).to.have.property('type', 'BadSchema');
    expect(error).to.have.property('message').that.includes(BUNDLE.student);
  });

  it('are those of all rows at once where the rows of a cohort are apart', async () => {
    const teacher = await decodePredictions(contentOf(covered, BUNDLE.predictions));
    // By symbol, and only then by cohort.
    const order = [...teacher.symbol.keys()].sort((a, b) =>
      (teacher.symbol[a] ?? '') < (teacher.symbol[b] ?? '') ? -1 : 1,
    );
    const mixed = takeRows(teacher, order);
    expect(concatPredictions([mixed])).to.deep.equal(concatPredictions([teacher]));
    const apart = new Map([...covered, [BUNDLE.predictions, encodePredictions(mixed)]]);
    expect((await recomputeFigures(apart)).metrics.forward.teacher).to.deep.equal(
      (await recomputeFigures(covered)).metrics.forward.teacher,
    );
  });
});
