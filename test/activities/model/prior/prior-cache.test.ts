import { rmSync } from 'node:fs';

import { expect } from 'chai';

import { keptPrior } from '../../../../activities/model/prior/prior-cache.js';
import { runTrainerJob } from '../../../../activities/model/run-trainer-job.js';
import { GurukulError } from '../../../../data/errors.js';
import type { Home } from '../../../../data/store/home.js';
import type { UnitManifest } from '../../../../data/store/units.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { configOf, contextOf, manifestOf, newHome, priorJob } from '../job-rig.js';
import { syntheticTable } from '../synthetic-table.js';

describe('priors that are kept', () => {
  const table = syntheticTable({ symbols: 6, bars: 320 });
  before(() => initBackend());

  async function priorOf(home: Home, seed: number): Promise<UnitManifest> {
    const config = { ...configOf(), seed };
    return manifestOf(home, (await runTrainerJob(priorJob({ config }), contextOf(home, table))).manifest);
  }

  it('are read once, and again after four others', async () => {
    const home = newHome();
    const first = await priorOf(home, 1);
    const prior = await keptPrior(home, first);
    expect(await keptPrior(home, first)).to.equal(prior);
    for (const seed of [2, 3, 4, 5]) {
      const other = newHome();
      await keptPrior(other, await priorOf(other, seed));
    }
    const again = await keptPrior(home, first);
    expect(again).to.not.equal(prior);
    expect(again).to.deep.equal(prior);
    // What is kept does not need its files; what is not kept does.
    rmSync(home.root, { recursive: true });
    expect(await keptPrior(home, first)).to.equal(again);
    const error = await rejection(keptPrior(home, { ...first, key: 'f'.repeat(64) }), GurukulError);
    expect(error.type).to.equal('ChecksumMismatch');
  });
});
