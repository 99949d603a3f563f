import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { WorkflowFailedError } from '@temporalio/client';
import { expect } from 'chai';

import { writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import type { promoteRun } from '../../../workflows/promote-run.js';
import { freshHome } from '../../activities/audit/finished-run.js';
import { rejection } from '../../support/rejection.js';
import { runStatus } from '../../support/run-status.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { gurukulAsked } from '../support/gurukul-asked.js';

const DIGEST = 'ab'.repeat(32);

describe('a run that is removed while its bundle waits for a decision', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;
  before(async () => {
    rig = await startTemporalRig();
    home = await freshHome();
    await writeJson(home.status('made'), runStatus('made', { phase: 'done', bundleDigest: DIGEST }));
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
    await rm(home.root, { recursive: true });
  });
  const { run, done, refused } = gurukulAsked(() => ({ home, address: rig.environment.address }));

  it('is refused with the remedy, and withdrawn only when that is said', async () => {
    const simulated = simulatedActivities({ cohorts: [] }, { statuses: [], units: [] });
    await rig.withWorkers(simulated, async () => {
      const wait = { runId: 'made', bundleDigest: DIGEST, expiryDays: 30, reminderDays: 7 };
      const promotion = await rig.client.workflow.start<typeof promoteRun>('promoteRun', {
        args: [{ runId: 'made', wait }],
        taskQueue: 'meta',
        workflowId: workflowIds.promotion('made'),
      });
      const status = async (): Promise<string> => (await promotion.describe()).status.name;
      expect(await refused('rm', 'made', '--yes')).to.match(
        /^error: the bundle of run made waits for a decision: decide first with .* approve made or .* reject made, or end the wait without a decision with --withdraw$/,
      );
      const shown = await run('rm', 'made', '--withdraw');
      expect(shown.stdout).to.match(/^would withdraw {2}its bundle/);
      expect(shown.stderr).to.contain('nothing is removed without --yes');
      expect([await status(), existsSync(home.status('made'))]).to.deep.equal(['RUNNING', true]);

      const removed = JSON.parse(await done('rm', 'made', '--withdraw', '--yes', '--json')) as unknown;
      expect(removed).to.include({ runId: 'made', withdrawn: true });
      expect(existsSync(home.runDir('made'))).to.equal(false);
      await rejection(promotion.result(), WorkflowFailedError);
      expect(await status()).to.equal('CANCELLED');
    });
  });
});
