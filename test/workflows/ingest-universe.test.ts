import { expect } from 'chai';

import type { RunConfig, RunInputDraft } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { ingestUniverse } from '../../workflows/ingest-universe.js';
import { unitProgressQuery, workflowIds } from '../../workflows/contract/messages.js';
import type { Simulation, SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import { suiteRig } from '../support/suite-rig.js';

/** So few that a small ingest takes several executions. */
const EVENTS_UNTIL_CONTINUED = 40;
const BATCHES = 30;
const SYMBOLS = { uri: 'symbols.json', sha256: '0'.repeat(64), bytes: 0, rows: 750 };

describe('ingestUniverse on a real server, with simulated reading', function () {
  this.timeout(600_000);
  const rig = suiteRig({ eventsUntilContinued: EVENTS_UNTIL_CONTINUED }, 3);

  const ingest = async (
    runId: string,
    outcome: Simulation['outcome'] = () => 'succeed',
    draft: RunInputDraft = {},
  ) => {
    const config: RunConfig = { ...runInputSchema.parse(draft), runId };
    const record: SimulationRecord = { statuses: [], units: [] };
    const end = await rig().withWorkers(simulatedActivities({ cohorts: [], outcome }, record), async () => {
      const handle = await rig().client.workflow.start(ingestUniverse, {
        workflowId: workflowIds.ingest(runId),
        taskQueue: 'meta',
        args: [{ config, symbols: SYMBOLS, batches: BATCHES }],
      });
      const result = await handle.result().catch((error: unknown) => error);
      const newest = rig().client.workflow.getHandle(workflowIds.ingest(runId));
      return { result, progress: await newest.query(unitProgressQuery) };
    });
    const executions: number[] = [];
    for await (const { historyLength = 0 } of rig().client.workflow.list({
      query: `WorkflowId = '${workflowIds.ingest(runId)}'`,
    }))
      executions.push(historyLength);
    return { ...end, executions, units: record.units };
  };

  it('continues with fresh histories, reads every batch once, and reports all of them', async () => {
    const { result, progress, executions, units } = await ingest('large');
    expect(result).to.deep.include({ symbols: 100, digest: 'd' });
    expect(executions.length).to.be.greaterThan(2);
    expect(units).to.have.length(BATCHES);
    expect(new Set(units).size).to.equal(BATCHES);
    expect(progress).to.deep.include({ units: { total: BATCHES, done: BATCHES }, succeeded: 750 });
  });

  it('plans and makes no call to a provider for an offline run', async () => {
    // These workers have no activities that fetch.
    const { result, units } = await ingest('offline', () => 'succeed', { source: 'breeze', offline: true });
    expect(result).to.deep.include({ symbols: 100, digest: 'd' });
    expect(result).to.not.have.property('fetched');
    expect(new Set(units).size).to.equal(BATCHES);
  });

  it('starts no more batches after one that cannot be read', async () => {
    const { result, units } = await ingest('unreadable', (unit) =>
      unit === 'ingest/9' ? 'BadSchema' : 'succeed',
    );
    expect(result).to.have.nested.property('cause.message', 'ingest/9 met BadSchema');
    // Batches that had started already are finished.
    expect(units.length).to.be.below(BATCHES - 10);
  });
});
