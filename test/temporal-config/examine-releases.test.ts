import { rm, writeFile } from 'node:fs/promises';

import { expect } from 'chai';

import { openReview } from '../../data/decisions/champion-reviews.js';
import { appendDecision } from '../../data/decisions/decisions.js';
import type { Verdict } from '../../data/schemas/decision-states.js';
import { signingKey } from '../../data/signing/signing.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { checkPolicies, checkReviews } from '../../temporal-config/examine-releases.js';
import { freshHome } from '../activities/audit/finished-run.js';
import { runStatus } from '../support/run-status.js';

describe('the doctor, on releases', () => {
  let home: Home;
  beforeEach(async () => (home = await freshHome()));
  afterEach(async () => rm(home.root, { recursive: true }));

  const done = async (runId: string): Promise<void> =>
    writeJson(home.status(runId), runStatus(runId, { phase: 'done', bundleDigest: digestOf(runId) }));
  const decide = async (run: string, verdict: Verdict | 'expired') =>
    appendDecision(
      home,
      {
        ...{ run, bundle: `release/audit_${run}`, bundleDigest: digestOf(run), verdict, by: 'Asha' },
        ...{ reason: 'as it is', at: '2025-01-02T03:04:05.000Z', id: run, version: 3, author: null },
        ...{ override: null, shadow: false, replaces: null, restores: null, comparison: null },
        ...{ policy: 'a'.repeat(64), triggers: null },
      },
      await signingKey(home.signingKey()),
    );

  it('name the policy with its gates, digests and place', async () => {
    const standard = await checkPolicies({ home, packageRoot });
    expect(standard.status).to.equal('ok');
    expect(standard.detail).to.match(
      /^version 1, the project’s own; gates evidence, .*, reproducible, digest [0-9a-f]{12}; release: a bundle waits 30 days, digest [0-9a-f]{12}$/,
    );
    await writeFile(home.policy(), JSON.stringify({ release: { version: 1, expiryDays: 9 } }));
    const own = await checkPolicies({ home, packageRoot });
    expect(own.detail).to.contain(`with what ${home.policy()} says otherwise`).and.to.contain('waits 9 days');
    await writeFile(home.policy(), JSON.stringify({ release: { version: 1, expiryDays: 0 }, exam: {} }));
    const wrong = await checkPolicies({ home, packageRoot });
    expect(wrong).to.include({ status: 'problem' });
    expect(wrong.detail).to.contain('expiryDays').and.to.contain('exam');
    expect(wrong.remedy).to.contain(home.policy());
  });

  it('name what waits for a decision or was not decided in time, and a champion under review', async () => {
    expect(await checkReviews({ home, packageRoot })).to.deep.equal({
      ...{ name: 'reviews', status: 'ok', detail: 'nothing waits for a decision' },
    });
    for (const run of ['best', 'late', 'new', 'poor']) await done(run);
    await writeJson(home.status('half'), runStatus('half', { phase: 'teach' }));
    await decide('best', 'approved');
    await decide('late', 'expired');
    await decide('poor', 'rejected');
    const found = await checkReviews({ home, packageRoot });
    expect(found).to.include({ status: 'warning' });
    expect(found.detail).to.equal('waiting for a decision: new; nobody decided in time: late');
    expect(found.remedy).to.contain('gurukul approve RUN').and.to.contain('--override');
    const because = 'champion for 181 days, more than 180';
    await openReview(home, {
      ...{
        champion: 1,
        run: 'best',
        opened: '2025-08-01T00:00:00.000Z',
        fired: [{ trigger: 'age', because }],
      },
    });
    const review = await checkReviews({ home, packageRoot });
    expect(review.detail).to.match(new RegExp(`^champion best is under review: ${because}; waiting`));
    expect(review.remedy).to.contain('gurukul champion rollback');
    await writeFile(home.decision(2), '{}');
    expect(await checkReviews({ home, packageRoot })).to.include({
      status: 'warning',
      remedy: 'see decisions',
    });
  });
});

function digestOf(run: string): string {
  return Buffer.from(run).toString('hex').padEnd(64, '0');
}
