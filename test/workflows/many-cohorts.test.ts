import { expect } from 'chai';

import { addDays } from '../../data/time/dates.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import type { SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';

/** So few that a small run takes several executions, in the steps teach and distill. */
const EVENTS_UNTIL_CONTINUED = 80;
/** For work in flight when a history has grown long, and for the steps after the last student. */
const MARGIN = 150;
const COHORTS = Array.from({ length: 40 }, (_, tile) => {
  const [start, end] = [addDays('2010-01-01', 30 * tile), addDays('2010-01-01', 30 * tile + 30)];
  return { id: `${start}_to_${end}`, windows: 3, shards: 1 };
});

describe('a run of many cohorts, with simulated training', function () {
  this.timeout(600_000);
  let rig: TemporalRig;

  before(async () => {
    rig = await startTemporalRig({ eventsUntilContinued: EVENTS_UNTIL_CONTINUED });
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  it('continues with fresh histories in every long step, and does everything once', async () => {
    const record: SimulationRecord = { statuses: [], units: [] };
    const status = await rig.withWorkers(simulatedActivities({ cohorts: COHORTS }, record), () =>
      rig.client.workflow.execute(trainUniverse, {
        workflowId: workflowIds.run('many'),
        taskQueue: 'meta',
        args: [{ runId: 'many', cohortConcurrency: 4 }],
      }),
    );
    expect(status).to.deep.include({
      phase: 'done',
      windows: { planned: 120, succeeded: 120, skipped: 0, failed: 0 },
      students: COHORTS.length,
    });
    expect(new Set(record.units).size, 'units begun twice').to.equal(record.units.length);
    const students = record.units.filter((unit) => unit.startsWith('student/'));
    expect(students.sort()).to.deep.equal(COHORTS.map(({ id }) => `student/${id}`));
    expect(record.statuses.map(({ status: { phase } }) => phase)).to.deep.equal([
      ...['ingest', 'teach', 'distill', 'validate', 'audit', 'done'],
    ]);

    const lengths: number[] = [];
    for await (const { historyLength = 0 } of rig.client.workflow.list({
      query: `WorkflowId = '${workflowIds.run('many')}'`,
    }))
      lengths.push(historyLength);
    expect(lengths.length).to.be.greaterThan(4);
    expect(Math.max(...lengths)).to.be.below(EVENTS_UNTIL_CONTINUED + MARGIN);
  });
});
