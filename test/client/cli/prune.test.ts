import { existsSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { expect } from 'chai';
import { z } from 'zod';

import { createPromoteActivities } from '../../../activities/promote/index.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import type { RunStatus } from '../../../data/schemas/run-status.js';
import { writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import type { promoteRun } from '../../../workflows/promote-run.js';
import { freshHome, sealedRun } from '../../activities/audit/finished-run.js';
import { inActivity } from '../../activities/validate/in-activity.js';
import { askedWorkflows } from '../../support/asked-workflows.js';
import { runStatus } from '../../support/run-status.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { until } from '../../support/until.js';
import { gurukulAsked } from '../support/gurukul-asked.js';

const LONG_AGO = new Date('2025-01-01T00:00:00Z');
const prunedSchema = z.strictObject({
  runs: z.array(z.strictObject({ runId: z.string(), bytes: z.number().positive() })),
  kept: z.array(z.strictObject({ runId: z.string(), why: z.string() })),
  freed: z.number(),
});

describe('old runs that are pruned', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;
  before(async () => {
    rig = await startTemporalRig();
    home = await freshHome();
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
    await rm(home.root, { recursive: true });
  });
  const { done } = gurukulAsked(() => ({ home, address: rig.environment.address }));
  const leave = async (runId: string, change: Partial<RunStatus>, ended = LONG_AGO): Promise<void> => {
    await writeJson(home.runInput(runId), runInputSchema.parse({ runId }));
    await writeJson(home.status(runId), runStatus(runId, change));
    utimesSync(home.status(runId), ended, ended);
  };
  const pruned = async (...flags: readonly string[]): Promise<z.output<typeof prunedSchema>> =>
    prunedSchema.parse(JSON.parse(await done('prune', '--older-than', '90', '--json', ...flags)));
  const isThere = (runId: string): boolean => existsSync(home.status(runId));

  it('are those that nothing needs, and go with --yes alone; bundles stay', async () => {
    const { bundle, digest } = await sealedRun(home, { runId: 'champion', dates: 30 });
    await leave('champion', { phase: 'done', bundle, bundleDigest: digest });
    await inActivity(async () =>
      createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() }).decideRun({
        ...{ runId: 'champion', verdict: 'approved', by: 'Asha', reason: 'why not', override: true },
        ...{ at: '2025-01-03T10:00:00.000Z', id: 'one' },
      }),
    );
    // The decision was written into its status.
    utimesSync(home.status('champion'), LONG_AGO, LONG_AGO);
    const sealed = await sealedRun(home, { runId: 'sealed', dates: 30, overrides: { seed: 8 } });
    await leave('sealed', { phase: 'done', bundle: sealed.bundle, bundleDigest: sealed.digest });
    await leave('failed', { phase: 'failed' });
    await leave('new', { phase: 'failed' }, new Date());
    await leave('going', { phase: 'teach' });
    await leave('waiting', { phase: 'done', bundleDigest: 'ab'.repeat(32) });
    const simulated = simulatedActivities({ cohorts: [] }, { statuses: [], units: [] });
    await rig.withWorkers(simulated, async () => {
      const wait = { runId: 'waiting', bundleDigest: 'ab'.repeat(32), expiryDays: 30, reminderDays: 7 };
      const promotion = await rig.client.workflow.start<typeof promoteRun>('promoteRun', {
        args: [{ runId: 'waiting', wait }],
        taskQueue: 'meta',
        workflowId: workflowIds.promotion('waiting'),
      });
      // The server lists it a moment after it was started.
      await until(async () => (await pruned()).kept.some(({ runId }) => runId === 'waiting'));
      const shown = await pruned();
      expect(shown.runs.map(({ runId }) => runId)).to.have.members(['sealed', 'failed']);
      expect(new Map(shown.kept.map(({ runId, why }) => [runId, why]))).to.deep.equal(
        new Map([
          ['champion', 'is the champion: approve another run first'],
          ['waiting', 'waits for a decision about its bundle'],
        ]),
      );
      expect(shown.freed).to.equal(0);
      expect(['sealed', 'failed'].map(isThere), 'only shown').to.deep.equal([true, true]);

      const removed = await pruned('--yes');
      expect(removed.freed).to.equal(removed.runs.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(['sealed', 'failed'].map(isThere)).to.deep.equal([false, false]);
      expect(['champion', 'new', 'going', 'waiting'].map(isThere)).to.deep.equal([true, true, true, true]);
      expect(existsSync(sealed.bundle), 'a bundle').to.equal(true);
      expect((await pruned('--yes')).runs).to.deep.equal([]);
      await promotion.cancel();
      await promotion.result().catch(() => undefined);
    });
  });
});
