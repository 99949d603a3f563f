import { readFile, rm, writeFile } from 'node:fs/promises';

import { expect } from 'chai';

import { finishedRun as finishedRunOf, isUnchanged } from '../../../activities/plan/finished-run.js';
import { ingestManifestSchema } from '../../../data/schemas/ingest.js';
import { planSchema } from '../../../data/schemas/plan.js';
import type { RunStatus } from '../../../data/schemas/run-status.js';
import { readJsonRef } from '../../../data/store/file-refs.js';
import { writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { audit, finishedRun, freshHome } from '../audit/finished-run.js';
import { runStatus } from '../../support/run-status.js';

describe('a run that is done, before it is started again', () => {
  let home: Home;
  let request: Awaited<ReturnType<typeof finishedRun>>;
  let refused: number;
  before(async () => {
    home = await freshHome();
    request = await finishedRun(home, { runId: 'r', dates: 60 });
    const { bundle, digest: bundleDigest } = await audit(home, request);
    const { items } = await readJsonRef(home, request.plan, planSchema);
    refused = items.filter(({ status }) => status === 'failed').length;
    await leave({ bundle, bundleDigest });
  });
  after(() => rm(home.root, { recursive: true }));

  let last: Partial<RunStatus> = {};
  async function leave(change: Partial<RunStatus>): Promise<void> {
    last = { ...last, ...change };
    const windows = { planned: 26, succeeded: 20, skipped: 1, failed: refused };
    await writeJson(home.status('r'), runStatus('r', { phase: 'done', windows, ...last }));
  }

  it('is known by its plan, its bars and its program, and unchanged while these are', async () => {
    const found = await finishedRunOf(home, 'r');
    expect(found).to.include({ plan: request.plan.sha256 });
    if (found === undefined) return;
    const ingest = await readJsonRef(home, request.ingest, ingestManifestSchema);
    expect(await isUnchanged(found, request.plan, ingest)).to.equal(true);
    expect(await isUnchanged(found, { ...request.plan, sha256: 'other' }, ingest)).to.equal(false);
    expect(await isUnchanged(found, request.plan, { ...ingest, digest: 'other' })).to.equal(false);
    expect(await isUnchanged({ ...found, code: 'other' }, request.plan, ingest)).to.equal(false);
  });

  it('is none where windows failed in training: they are trained again', async () => {
    await leave({ windows: { planned: 26, succeeded: 19, skipped: 1, failed: refused + 1 } });
    expect(await finishedRunOf(home, 'r')).to.equal(undefined);
    await leave({ windows: { planned: 26, succeeded: 20, skipped: 1, failed: refused } });
  });

  it('is none where the run is not done, or a file of it is damaged', async () => {
    await leave({ phase: 'failed' });
    expect(await finishedRunOf(home, 'r')).to.equal(undefined);
    await leave({ phase: 'done' });
    expect(await finishedRunOf(home, 'r')).to.not.equal(undefined);
    const plan = await readFile(home.plan('r'));
    await writeFile(home.plan('r'), '{');
    expect(await finishedRunOf(home, 'r')).to.equal(undefined);
    await writeFile(home.plan('r'), plan);
  });
});
