import { WorkflowFailedError } from '@temporalio/client';
import { expect } from 'chai';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { scheduledRun } from '../../workflows/scheduled-run.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';

describe('a scheduled run', function () {
  this.timeout(300_000);
  let rig: TemporalRig;
  before(async () => {
    rig = await startTemporalRig();
  });
  after(async () => {
    expect(await rig.replayAll(), 'replayed workflows').to.be.greaterThan(3);
    await rig.stop();
  });

  /** Runs a schedule with a unit that fails. @returns What was done, and the result. */
  async function scheduled(
    schedule: string,
    request: { readonly score?: boolean },
    failing?: string,
  ): Promise<{ readonly units: readonly string[]; readonly ended: RunStatus | null | Error }> {
    const record = { statuses: [], units: [] as string[] };
    const activities = simulatedActivities(
      {
        cohorts: [{ id: '2022-01-01_to_2022-06-30', windows: 2, shards: 1 }],
        outcome: (unit) => (unit === failing ? 'InvalidInput' : 'succeed'),
      },
      record,
    );
    const ended = await rig.withWorkers(activities, () =>
      rig.client.workflow
        .execute(scheduledRun, {
          workflowId: workflowIds.scheduled(schedule),
          taskQueue: 'meta',
          args: [{ schedule, input: { cohortConcurrency: 1 }, ...request }],
        })
        .catch((error: unknown) => {
          if (error instanceof WorkflowFailedError) return error;
          throw error;
        }),
    );
    return { units: record.units, ended };
  }

  it('scores nothing unless that is wanted', async () => {
    const { units, ended } = await scheduled('plain', {});
    expect(ended).to.have.property('phase', 'done');
    expect(units).to.not.include('score');
  });

  it('lets the champion score after its run', async () => {
    const { units, ended } = await scheduled('scoring', { score: true });
    expect(ended).to.have.property('phase', 'done');
    expect(units.at(-1)).to.equal('score');
  });

  it('lets the champion score even where its run failed, and fails with the run', async () => {
    const { units, ended } = await scheduled('failing', { score: true }, 'probes');
    expect(ended).to.be.instanceOf(WorkflowFailedError);
    expect(units).to.include.members(['probes', 'score']);
  });

  it('fails where the champion cannot score', async () => {
    const { units, ended } = await scheduled('unscored', { score: true }, 'score');
    expect(units).to.include('score');
    expect(ended).to.be.instanceOf(WorkflowFailedError);
    expect(ended instanceof WorkflowFailedError ? ended.cause : undefined).to.include({
      type: 'InvalidInput',
    });
  });
});
