import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { expect } from 'chai';

import { restartRunsOfOtherProgram } from '../../../client/embedded/program-change.js';
import { startRun } from '../../../client/runs/start-run.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import type { trainUniverse } from '../../../workflows/train-universe.js';
import { searchAttributes } from '../../../workflows/contract/search-attributes.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { until } from '../../support/until.js';

const COHORTS = [{ id: '2022-01-01_to_2022-06-30', windows: 2, shards: 1 }];
const OLD_PROGRAM = fileURLToPath(new URL('old-program.js', import.meta.url));
const RESTARTED = 'starts again, since the program has changed since this began; what is done is reused';

describe('a home whose program has changed', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;
  let reported: string[];
  let code: string;

  before(async () => {
    rig = await startTemporalRig();
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-program-')));
    ({ code } = await bundleWorkflowCode({ workflowsPath: OLD_PROGRAM, logger: new DefaultLogger('ERROR') }));
  });
  beforeEach(() => (reported = []));
  after(async () => {
    await rig.stop();
    rmSync(home.root, { recursive: true });
  });

  const restart = async (alone: boolean) =>
    restartRunsOfOtherProgram(
      { home, address: rig.environment.address, namespace: 'default' },
      { alone, report: (line) => reported.push(line) },
    );

  /** Starts a run and leaves it in the middle, on workflow code that the present one cannot follow. */
  async function leaveOpen(runId: string): Promise<WorkflowHandle> {
    const { client, connection, address } = rig.environment;
    const config = { ...runInputSchema.parse({}), runId };
    await writeJson(home.runInput(runId), config);
    const old = await Worker.create({
      connection: rig.environment.nativeConnection,
      taskQueue: 'meta',
      workflowBundle: { code },
    });
    const run = old.run();
    await startRun({ client, connection, address, namespace: 'default' }, config);
    const handle = client.workflow.getHandle(workflowIds.run(runId));
    await until(async () => {
      const { typedSearchAttributes } = await handle.describe();
      return typedSearchAttributes.get(searchAttributes.phase) === 'paused';
    });
    old.shutdown();
    await run;
    return handle;
  }

  it('has no run to restart the first time', async () => {
    expect(await restart(true)).to.deep.equal([]);
    expect(reported).to.deep.equal([]);
  });

  it('leaves open runs alone while the program is the same', async () => {
    const handle = await leaveOpen('same');
    const { runId } = await handle.describe();
    expect(await restart(true)).to.deep.equal([]);
    expect((await handle.describe()).runId).to.equal(runId);
    await handle.terminate();
  });

  it('leaves the runs of another process alone, and says so', async () => {
    await writeJson(home.temporalProgram(), { program: 'another' });
    const handle = await leaveOpen('shared');
    const { runId } = await handle.describe();
    expect(await restart(false)).to.deep.equal([]);
    expect((await handle.describe()).runId).to.equal(runId);
    expect(reported.join()).to.contain('workers of another build run on this home');
    await handle.terminate();
  });

  it('restarts open runs, which then finish', async () => {
    await writeJson(home.temporalProgram(), { program: 'another' });
    const handle = await leaveOpen('changed');
    expect(await restart(true), 'runs that were paused').to.deep.equal(['changed']);
    expect(reported).to.deep.equal([`run changed ${RESTARTED}`]);
    const simulated = simulatedActivities({ cohorts: COHORTS }, { statuses: [], units: [] });
    await rig.withWorkers(simulated, async () => {
      const again = rig.client.workflow.getHandle<typeof trainUniverse>(handle.workflowId);
      const status = await again.result();
      expect(status).to.include({ runId: 'changed', phase: 'done' });
    });
    expect(await restart(true), 'and only once').to.deep.equal([]);
  });
});
