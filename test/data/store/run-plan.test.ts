import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { readCohort, readPlan, writePlan } from '../../../data/store/run-plan.js';
import { GurukulError } from '../../../data/errors.js';
import type { CohortPlan, Plan } from '../../../data/schemas/plan.js';
import { Home } from '../../../data/store/home.js';
import { rejection } from '../../support/rejection.js';

describe('a plan on disk', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-plan-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const cohort = (year: number, symbol: string): CohortPlan => {
    const [start, end] = [`${year}-01-01`, `${year}-06-30`];
    return { id: `${start}_to_${end}`, start, end, shards: [[symbol]] };
  };
  const planOf = (...cohorts: CohortPlan[]): Plan => {
    const counts = { windows: cohorts.length, trainable: cohorts.length, shards: cohorts.length };
    return { ...counts, skipped: {}, failed: {}, cohorts, items: [] };
  };
  const [first, second] = [cohort(2022, 'TCS'), cohort(2023, 'INFY')];

  it('is read as a whole, or a cohort alone without the rest', async () => {
    const ref = await writePlan(home, 'r', planOf(first, second));
    expect(await readPlan(home, ref)).to.deep.equal(planOf(first, second));
    writeFileSync(home.plan('r'), 'not read');
    for (const one of [first, second]) expect(await readCohort(home, 'r', ref, one.id)).to.deep.include(one);
  });

  it('never gives the part of another plan', async () => {
    const older = await writePlan(home, 'r', planOf(first));
    const changed = { ...first, shards: [['TCS', 'WIPRO']] };
    const newer = await writePlan(home, 'r', planOf(changed));
    expect(await readCohort(home, 'r', newer, first.id)).to.deep.include(changed);
    // The older plan is gone, and so nobody can say what its cohort was.
    const error = await rejection(readCohort(home, 'r', older, first.id), GurukulError);
    expect(error.type).to.equal('ChecksumMismatch');
  });

  it('is enough without the parts', async () => {
    const ref = await writePlan(home, 'r', planOf(first));
    rmSync(home.cohortPlan('r', first.id));
    expect(await readCohort(home, 'r', ref, first.id)).to.deep.equal(first);
    const error = await rejection(readCohort(home, 'r', ref, second.id), GurukulError);
    expect(error.type).to.equal('Bug');
  });
});
