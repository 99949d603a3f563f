import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { z } from 'zod';

import { BUNDLE } from '../../../activities/audit/bundle-layout.js';
import { backtestSchema } from '../../../data/schemas/backtest.js';
import { Home } from '../../../data/store/home.js';
import { withBundleCopy } from '../../activities/audit/finished-run.js';
import { forge } from '../../activities/audit/forge.js';
import type { DashboardRig } from './support/dashboard.js';
import { dashboardRig } from './support/dashboard.js';

const answerSchema = z.looseObject({
  runId: z.string(),
  digest: z.string(),
  lacks: z.string().nullable(),
  figures: z
    .looseObject({
      backtest: backtestSchema,
      metrics: z.looseObject({
        ranking: z.looseObject({ rows: z.array(z.looseObject({ name: z.string() })) }),
      }),
    })
    .nullable(),
});
const problemSchema = z.object({ error: z.string(), problems: z.array(z.string()) });

describe('the backtest of a run', () => {
  let rig: DashboardRig;
  let copy: string;
  let mallory: string;

  withBundleCopy(120, (given) => {
    ({ copy } = given);
    mallory = path.join(given.home.root, 'mallory.pem');
  });

  beforeEach(async () => {
    rig = await dashboardRig();
    await put('nightly');
  });
  afterEach(async () => rig.close());

  /** The bundle as that of a run of the home. */
  async function put(run: string): Promise<string> {
    const folder = new Home(rig.home.root).bundle(run);
    await mkdir(path.dirname(folder), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await cp(copy, folder, { recursive: true });
    return folder;
  }

  const ask = async (run: string): Promise<LightMyRequestResponse> =>
    rig.app.inject({ url: `/api/backtests/${run}`, headers: { host: '127.0.0.1:8234' } });
  const problemOf = async (run: string, status = 400): Promise<string> => {
    const { statusCode, payload } = await ask(run);
    expect(statusCode, payload).to.equal(status);
    return problemSchema.parse(JSON.parse(payload)).problems.join();
  };

  it('comes from the sealed files of its bundle, and is kept by its digest', async () => {
    const first = await ask('nightly');
    expect(first.statusCode, first.payload).to.equal(200);
    const { runId, figures, lacks } = answerSchema.parse(JSON.parse(first.payload));
    expect({ runId, lacks }).to.deep.equal({ runId: 'nightly', lacks: null });
    const sealed = await readFile(path.join(copy, BUNDLE.backtest), 'utf8');
    expect(figures?.backtest).to.deep.equal(JSON.parse(sealed));
    expect(figures?.metrics.ranking.rows.map(({ name }) => name)).to.include('student');
    // What is kept is not read again.
    await rm(path.join(rig.home.bundle('nightly'), BUNDLE.backtest));
    expect((await ask('nightly')).payload).to.equal(first.payload);
  });

  it('says that the bundle of an earlier version has none', async () => {
    await forge(copy, mallory, { [BUNDLE.backtest]: undefined });
    await put('older');
    const { figures, lacks } = answerSchema.parse(JSON.parse((await ask('older')).payload));
    expect(figures).to.equal(null);
    expect(lacks).to.contain('run older has no backtest.json').and.to.contain('gurukul resume older');
  });

  it('is refused: an altered file, a missing one, an altered manifest, no bundle, no run id', async () => {
    const folder = await put('altered');
    await appendFile(path.join(folder, BUNDLE.backtest), ' ');
    expect(await problemOf('altered')).to.contain(BUNDLE.backtest);
    const text = await readFile(path.join(copy, BUNDLE.metrics), 'utf8');
    await put('altered');
    await writeFile(path.join(folder, BUNDLE.metrics), text.replace('0', '1'));
    expect(await problemOf('altered')).to.contain(`${BUNDLE.metrics}: expected SHA-256`);
    await put('altered');
    await rm(path.join(folder, BUNDLE.stressTests));
    expect(await problemOf('altered')).to.contain('no such file');
    await put('altered');
    await appendFile(path.join(folder, BUNDLE.manifest), '{}');
    expect(await problemOf('altered')).to.contain(BUNDLE.manifest);
    expect(await problemOf('nobody')).to.contain('run nobody');
    expect(await problemOf('..%2f..%2fetc')).to.contain('not a run id');
  });

  it('is as large as it must be: figures that the page does not draw stay where they are', async () => {
    const { payload } = await ask('nightly');
    expect(payload).not.to.contain('reversal1');
    expect(payload.length).to.be.lessThan(1_048_576);
  });
});
