import { cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import type { ReadBundle } from '../../../activities/audit/read-bundle.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import { contentOf } from '../../../activities/audit/bundle-content.js';
import { readJsonFile } from '../../../activities/audit/bundle-facts.js';
import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { figuresInProcess } from '../../../activities/audit/figures-elsewhere.js';
import { recomputeFigures } from '../../../activities/audit/recompute-figures.js';
import {
  concatPredictions,
  decodePredictions,
  encodePredictions,
  takeRows,
} from '../../../data/predictions/parquet.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../../data/schemas/stress.js';
import { GurukulError } from '../../../data/errors.js';
import type { Home } from '../../../data/store/home.js';
import { rejection } from '../../support/rejection.js';
import { freshHome, sealedRun } from './finished-run.js';

describe('figures of a bundle, computed again', function () {
  this.timeout(600_000);
  let home: Home;
  let bundle: ReadBundle;

  before(async () => {
    home = await freshHome();
    const sealed = await sealedRun(home, { runId: 'a_run' });
    const read = await readBundle(sealed.bundle);
    if ('file' in read) expect.fail(read.file);
    bundle = read;
  });

  after(async () => {
    await rm(home.root, { recursive: true });
  });

  it('cohort by cohort, are those that it holds', async () => {
    const { covered } = bundle;
    const { metrics, statTests, stressTests } = await recomputeFigures(covered);
    expect(metrics).to.deep.equal(readJsonFile(covered, BUNDLE.metrics, metricsSchema));
    expect(statTests).to.deep.equal(readJsonFile(covered, BUNDLE.statTests, statTestsSchema));
    expect(stressTests).to.deep.equal(readJsonFile(covered, BUNDLE.stressTests, stressTestsSchema));
  });

  it('are the same in a process of their own, from the files that were verified', async () => {
    expect(await figuresInProcess(bundle)).to.deep.equal(await recomputeFigures(bundle.covered));
    const folder = path.join(home.root, 'changed');
    await cp(bundle.folder, folder, { recursive: true });
    await writeFile(path.join(folder, BUNDLE.student), bundle.covered.get(BUNDLE.predictions) ?? '');
    const error = await rejection(figuresInProcess({ ...bundle, folder }), GurukulError);
    expect(error).to.include({ type: 'ChecksumMismatch' });
    expect(error.message).to.match(new RegExp(`^${BUNDLE.student} `));
  });

  it('are those of all rows at once where the rows of a cohort are apart', async () => {
    const { covered } = bundle;
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
