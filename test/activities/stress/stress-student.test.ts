import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { decodeStressRows } from '../../../data/predictions/stress-rows.js';
import { BAR_SHOCKS } from '../../../data/schemas/shock-ids.js';
import { stressTestsSchema } from '../../../data/schemas/stress.js';
import { readJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { runInProcess } from '../../support/run-in-process.js';
import { smallRuns } from '../audit/diff/small-runs.js';

const COHORT = '2021-01-01_to_2021-06-30';

describe('a run whose newest student is stressed', function () {
  this.timeout(600_000);
  before(() => initBackend());

  it('has all shocks in its bundle, on bars without one the same predictions, and nothing where bars are gone', async () => {
    const runs = await smallRuns();
    const { home } = runs;
    const { bundle } = await runs.run('stressed');
    const read = (file: string): Promise<Buffer> => readFile(path.join(bundle, file));
    const stress = await decodeStressRows(await read(BUNDLE.stress));
    const tests = stressTestsSchema.parse(JSON.parse((await read(BUNDLE.stressTests)).toString()));
    // The windows of the second cohort end where the run does.
    expect(tests.cohort).to.equal(COHORT);
    const { summary } =
      (await readJson(path.join(home.stressDir('stressed', COHORT), 'unit.json'), unitManifestSchema)) ?? {};
    const { difference, rows } = z.looseObject({ difference: z.number(), rows: z.number() }).parse(summary);
    expect(difference).to.be.within(0, 1e-6);
    for (const id of BAR_SHOCKS.filter((one) => one !== 'sector_out')) {
      const shock = tests.shocks.find((one) => one.id === id);
      expect(shock?.rows, id).to.equal(stress.shock.filter((one) => one === id).length);
      expect((shock?.rows ?? NaN) + (shock?.missing ?? NaN)).to.equal(rows);
    }
    const of = (id: string) => tests.shocks.find((shock) => shock.id === id);
    expect(of('missing_feed')).to.deep.include({ withoutFeed: 30, predictedWithoutFeed: 0, verdict: 'pass' });
    // The label of a row is that of the shocked bars.
    expect(of('gap')?.figures.baseRate).to.be.lessThan(tests.unshocked?.baseRate ?? NaN);
    expect(of('volatility3')?.figures.baseRate).to.be.greaterThan(tests.unshocked?.baseRate ?? NaN);
    expect(of('missing_feed')?.unlabelled).to.be.greaterThan(0);
  });

  it('on 5-minute bars, has all shocks too, on its last ten sessions, and verifies', async () => {
    const home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-stress-')));
    try {
      const { bundle } = await runInProcess(home, 'five', {
        ...{ interval: '5minute', symbols: ['RELIANCE', 'TCS', 'INFY', 'SBIN', 'ITC'], reuse: 'own' },
        ...{ from: '2022-01-01', to: '2022-04-05', windowDays: 62, horizon: 6, threshold: 0.002 },
      });
      expect(await verifyBundle(bundle)).to.have.property('ok', true);
      const read = async (file: string): Promise<Buffer> => readFile(path.join(bundle, file));
      const tests = stressTestsSchema.parse(JSON.parse((await read(BUNDLE.stressTests)).toString()));
      expect(tests).to.include({ interval: '5minute', sessions: 10 });
      const { summary } =
        (await readJson(
          path.join(home.stressDir('five', tests.cohort ?? ''), 'unit.json'),
          unitManifestSchema,
        )) ?? {};
      const { difference } = z.looseObject({ difference: z.number() }).parse(summary);
      // Features were rebuilt from the tail of the bars alone.
      expect(difference).to.be.within(0, 1e-6);
      const stress = await decodeStressRows(await read(BUNDLE.stress));
      expect(new Set(stress.shock)).to.deep.equal(new Set(BAR_SHOCKS));
      const of = (id: string) => tests.shocks.find((shock) => shock.id === id);
      expect(of('missing_feed')).to.deep.include({
        ...{ withoutFeed: 5 * 75, predictedWithoutFeed: 0, verdict: 'pass' },
      });
      expect(of('missing_feed')?.unlabelled).to.be.greaterThan(0);
      // A fall over night is in the labels of the session's end before, and in none within a session.
      expect(of('gap')?.figures.baseRate).to.be.lessThan(tests.unshocked?.baseRate ?? NaN);
      expect(of('volatility3')?.figures.baseRate).to.be.greaterThan(tests.unshocked?.baseRate ?? NaN);
      expect(of('volatility3')?.figures.worstDay).to.be.lessThan(tests.unshocked?.worstDay ?? NaN);
      expect(tests.shocks.every(({ verdict }) => verdict !== 'not enough data')).to.equal(true);
    } finally {
      await rm(home.root, { recursive: true });
    }
  });
});
