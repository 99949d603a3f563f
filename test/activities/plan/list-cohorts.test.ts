import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { CohortHead } from '../../../activities/plan/activities.js';
import { createPlanActivities } from '../../../activities/plan/index.js';
import { GurukulError } from '../../../data/errors.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { addDays } from '../../../data/time/dates.js';
import { MOST_PAYLOAD_BYTES } from '../../workflows/event-budgets.js';
import { rejection } from '../../support/rejection.js';

const COHORTS = 70;

describe('the list of a plan’s cohorts', () => {
  let home: Home;
  let plan: FileRef;

  before(async () => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-cohorts-')));
    const cohorts = Array.from({ length: COHORTS }, (_, tile) => {
      const [start, end] = [addDays('2010-01-01', 30 * tile), addDays('2010-01-01', 30 * tile + 30)];
      // The third has no windows to train.
      return { id: `${start}_to_${end}`, start, end, shards: tile === 2 ? [] : [['INFY', 'TCS'], ['WIPRO']] };
    });
    const content = { windows: 0, trainable: 0, skipped: {}, failed: {}, cohorts, shards: 0, items: [] };
    plan = await writeRef(home, home.plan('run'), canonicalJson(content), 0);
  });
  after(() => rmSync(home.root, { recursive: true }));

  it('comes in small parts, in order and complete', async () => {
    const planning = createPlanActivities({
      home,
      packageRoot,
      pollers: () => Promise.resolve(0),
      now: Date.now,
    });
    const listed: CohortHead[] = [];
    while (listed.length < COHORTS - 1) {
      const part = await planning.listCohorts({ plan, from: listed.length });
      expect(JSON.stringify(part).length).to.be.below(MOST_PAYLOAD_BYTES / 2);
      listed.push(...part);
    }
    expect(listed.slice(0, 3)).to.deep.equal([
      { id: '2010-01-01_to_2010-01-31', windows: 3, shards: 2 },
      { id: '2010-01-31_to_2010-03-02', windows: 3, shards: 2 },
      { id: '2010-04-01_to_2010-05-01', windows: 3, shards: 2 },
    ]);
    expect(new Set(listed.map(({ id }) => id)).size).to.equal(COHORTS - 1);
    const error = await rejection(planning.listCohorts({ plan, from: COHORTS - 1 }), GurukulError);
    expect(error.type).to.equal('Bug');
  });
});
