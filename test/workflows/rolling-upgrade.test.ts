import { Worker } from '@temporalio/worker';
import { expect } from 'chai';

import { InvalidInputError } from '../../data/errors.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Deployment, DeploymentServer } from '../../temporal-config/deployment.js';
import { makeCurrent, makeFirstCurrent, readDeployment } from '../../temporal-config/deployment.js';
import { versioned } from '../../workers/versioning.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { rejection } from '../support/rejection.js';
import type { SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

const COHORTS = [
  { id: '2022-01-01_to_2022-06-30', windows: 4, shards: 2 },
  { id: '2022-06-30_to_2022-12-27', windows: 4, shards: 1 },
];
const [FIRST, SECOND] = COHORTS.map(({ id }) => id);
const DEPLOYMENT = 'gurukul';
const STEPS = ['meta', 'io', 'cpu'];

describe('a rolling upgrade', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let server: DeploymentServer;

  before(async () => {
    rig = await startTemporalRig();
    server = { workflowService: rig.environment.connection.workflowService, namespace: 'default' };
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  /** Workers of a build, on the production options. */
  async function startBuild(buildId: string, queues: readonly string[], activities: object) {
    const workers = await Promise.all(
      queues.map(async (taskQueue) =>
        Worker.create({
          connection: rig.environment.nativeConnection,
          taskQueue,
          activities,
          ...versioned({ deploymentName: DEPLOYMENT, buildId }),
          ...(taskQueue === 'meta' ? { workflowBundle: await workflowBundle({ versioned: true }) } : {}),
        }),
      ),
    );
    const runs = Promise.all(workers.map(async (worker) => worker.run()));
    return async (): Promise<void> => {
      for (const worker of workers) worker.shutdown();
      await runs;
    };
  }

  /** Build ids that completed a workflow's tasks, in their order. */
  async function buildsOf(workflowId: string): Promise<string[]> {
    const { events } = await rig.client.workflow.getHandle(workflowId).fetchHistory();
    const builds = (events ?? []).flatMap(
      ({ workflowTaskCompletedEventAttributes: task }) => task?.deploymentVersion?.buildId ?? [],
    );
    return [...new Set(builds)];
  }

  it('moves a running run to the new workers, and lets its cohort end on the old ones', async () => {
    const record: SimulationRecord = { statuses: [], units: [] };
    const trainedBy = new Map<string, string>();
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const activitiesOf = (build: string): object => {
      const simulated = simulatedActivities({ cohorts: COHORTS }, record);
      const teachShard: typeof simulated.teachShard = async (request) => {
        trainedBy.set(`${request.cohort}/${request.arm}/${request.shard}`, build);
        if (request.cohort === SECOND) await held;
        return simulated.teachShard(request);
      };
      return { ...simulated, teachShard };
    };

    const leaveOld = await startBuild('old', [...STEPS, 'train.cpu'], activitiesOf('old'));
    expect(await makeFirstCurrent(server, DEPLOYMENT, 'old'), 'the first build is current').to.equal(true);
    const run = await rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run('upgraded'),
      taskQueue: 'meta',
      args: [{ runId: 'upgraded', cohortConcurrency: 1 }],
    });
    // The latest cohort is trained first.
    await until(() => trainedBy.has(`${SECOND}/real/0`));

    // The new build starts beside the old one and gets no work until it is made current.
    const leaveNewSteps = await startBuild('new', STEPS, activitiesOf('new'));
    expect(await makeFirstCurrent(server, DEPLOYMENT, 'new'), 'a later build is not').to.equal(false);
    await untilListed('new', 'cpu');
    const { message } = await rejection(makeCurrent(server, DEPLOYMENT, 'new'), InvalidInputError);
    expect(message).to.match(/no worker of build new polls train: runs would wait/);
    const leaveNewTrain = await startBuild('new', ['train.cpu'], activitiesOf('new'));
    await untilListed('new', 'train.cpu');
    await makeCurrent(server, DEPLOYMENT, 'new');
    expect(stateOf(await readDeployment(server, DEPLOYMENT))).to.deep.equal({
      new: 'current',
      old: 'draining',
    });
    goOn();

    const status: RunStatus = await run.result();
    expect(status).to.deep.include({
      phase: 'done',
      windows: { planned: 8, succeeded: 8, skipped: 0, failed: 0 },
    });
    expect(Object.fromEntries(trainedBy)).to.deep.equal({
      [`${FIRST}/real/0`]: 'new',
      [`${FIRST}/real/1`]: 'new',
      [`${FIRST}/placebo/0`]: 'new',
      [`${FIRST}/placebo/1`]: 'new',
      [`${SECOND}/real/0`]: 'old',
      [`${SECOND}/placebo/0`]: 'old',
    });
    expect(await buildsOf('train/upgraded')).to.deep.equal(['old', 'new']);
    expect(await buildsOf(`teach/upgraded/${FIRST}`)).to.deep.equal(['new']);
    expect(await buildsOf(`teach/upgraded/${SECOND}`)).to.deep.equal(['old']);
    await Promise.all([leaveOld(), leaveNewSteps(), leaveNewTrain()]);
  });

  it('refuses builds and deployments that do not exist', async () => {
    expect((await rejection(makeCurrent(server, DEPLOYMENT, 'newer'), InvalidInputError)).message).to.match(
      /deployment gurukul has no build newer; it has (new, old|old, new)/,
    );
    expect((await rejection(makeCurrent(server, 'elsewhere', 'new'), InvalidInputError)).message).to.match(
      /there is no deployment elsewhere: start its workers with gurukul worker/,
    );
  });

  it('refuses a build whose workers are gone', async () => {
    const build = async (id: string) =>
      (await readDeployment(server, DEPLOYMENT))?.builds.find((one) => one.id === id);
    const leave = await startBuild('short', [...STEPS, 'train.cpu'], {
      ...simulatedActivities({ cohorts: COHORTS }, { statuses: [], units: [] }),
    });
    for (const queue of [...STEPS, 'train.cpu']) await untilListed('short', queue);
    await until(async () => (await build('short'))?.polled.length === 4);
    // The server lists a queue for workflows and for activities apart, and asks for both.
    await until(async () => {
      const listed = await listedQueues('short');
      return (await listedQueues('new')).every((queue) => listed.includes(queue));
    });
    // A build all of whose polls are older than a minute.
    const later = { ...server, now: () => Date.now() + 80_000 };
    const { message } = await rejection(makeCurrent(later, DEPLOYMENT, 'short'), InvalidInputError);
    expect(message).to.match(/workers of build short on meta, io, cpu are gone: .* --role meta,io,cpu /);
    expect((await build('short'))?.state).to.equal('new');
    expect(await makeCurrent(server, DEPLOYMENT, 'short')).to.equal(undefined);
    await leave();
  });

  /** Name and type of the queues that the server knows workers of a build on. */
  async function listedQueues(buildId: string): Promise<string[]> {
    const { versionTaskQueues } = await server.workflowService.describeWorkerDeploymentVersion({
      namespace: server.namespace,
      deploymentVersion: { deploymentName: DEPLOYMENT, buildId },
    });
    return versionTaskQueues.map(({ name, type }) => `${name ?? ''} ${type ?? ''}`);
  }

  async function untilListed(build: string, queue: string): Promise<void> {
    await until(async () => {
      const deployment = await readDeployment(server, DEPLOYMENT);
      return deployment?.builds.some(({ id, queues }) => id === build && queues.includes(queue)) === true;
    });
  }
});

function stateOf(deployment: Deployment | undefined): Record<string, string> {
  return Object.fromEntries((deployment?.builds ?? []).map(({ id, state }) => [id, state]));
}
