import { setTimeout as sleep } from 'node:timers/promises';

import type { WorkflowService } from '@temporalio/client';
import proto from '@temporalio/proto';

import { GurukulError, InvalidInputError, errorMessage } from '../data/errors.js';
import { ROLES, WORKER_ACCELERATORS, queueOf } from '../data/schemas/worker-roles.js';
import { recentBuilds } from './recent-builds.js';

/** What a build's workflows do: `new` never had one, `drained` has none left. */
export type BuildState = 'new' | 'current' | 'ramping' | 'draining' | 'drained';

/** Workers of one build, as the server knows them. */
export interface Build {
  readonly id: string;
  readonly state: BuildState;
  /** Queues that workers of this build have polled, sorted. */
  readonly queues: readonly string[];
  /**
   * Those of them that a worker of this build asked for work within the last minute. One that is busy with
   * as much as it takes does not ask: a training worker in the middle of its shards is missing here.
   */
  readonly polled: readonly string[];
  /** When it last became current, ISO; null where it never was. */
  readonly currentSince: string | null;
}

/** A worker deployment: its builds, newest first. */
export interface Deployment {
  readonly name: string;
  readonly builds: readonly Build[];
}

/** Where to ask. */
export interface DeploymentServer {
  readonly workflowService: WorkflowService;
  readonly namespace: string;
  /** The time, in milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** Queues without which a run cannot go on; of the training queues it needs one. */
const QUEUES = ROLES.filter((role) => role !== 'train').map((role) => queueOf(role, 'cpu'));
const TRAIN_QUEUES = WORKER_ACCELERATORS.map((accelerator) => queueOf('train', accelerator));
const ALL_QUEUES = [...QUEUES, ...TRAIN_QUEUES].sort();

const GRPC_NOT_FOUND = 5;
const KNOWN_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 250;

const Status = proto.temporal.api.enums.v1.WorkerDeploymentVersionStatus;

/** Names of the deployments that the server knows. */
export async function deploymentNames({ workflowService, namespace }: DeploymentServer): Promise<string[]> {
  const { workerDeployments } = await workflowService.listWorkerDeployments({ namespace });
  return workerDeployments.flatMap(({ name }) => (name ? [name] : []));
}

/** The deployment of this name; undefined where no worker of it ever polled. */
export async function readDeployment(
  server: DeploymentServer,
  name: string,
): Promise<Deployment | undefined> {
  const { workflowService, namespace } = server;
  const info = await unlessMissing(async () =>
    workflowService.describeWorkerDeployment({ namespace, deploymentName: name }),
  );
  if (info === undefined) return undefined;
  const summaries = info.workerDeploymentInfo?.versionSummaries ?? [];
  const polledBy = await recentBuilds(server, name, ALL_QUEUES);
  const builds = await Promise.all(
    summaries.map(async ({ deploymentVersion, status }) => {
      const id = deploymentVersion?.buildId ?? '';
      const version = await unlessMissing(async () =>
        workflowService.describeWorkerDeploymentVersion({
          namespace,
          deploymentVersion: { deploymentName: name, buildId: id },
        }),
      );
      const since = version?.workerDeploymentVersionInfo?.currentSinceTime?.seconds;
      const queues = (version?.versionTaskQueues ?? []).map((queue) => queue.name ?? '');
      return {
        id,
        state: stateOf(status ?? Status.WORKER_DEPLOYMENT_VERSION_STATUS_UNSPECIFIED),
        queues: [...new Set(queues)].sort(),
        polled: ALL_QUEUES.filter((queue) => polledBy.get(queue)?.has(id)),
        currentSince:
          since === null || since === undefined ? null : new Date(1000 * Number(since)).toISOString(),
      };
    }),
  );
  return { name, builds };
}

/**
 * Makes a build the current one: new runs, new cohorts and open runs go to its workers; open cohorts end
 * on the workers of the build that they began on.
 *
 * @returns A warning, if any: no training worker of the build has asked for work lately.
 * @throws InvalidInputError when the deployment has no such build, its workers have never polled all queues,
 * or none of them is left on one.
 */
export async function makeCurrent(
  server: DeploymentServer,
  name: string,
  build: string,
): Promise<string | undefined> {
  const deployment = await readDeployment(server, name);
  if (deployment === undefined)
    throw new InvalidInputError([
      `there is no deployment ${name}: start its workers with gurukul worker --role all --deployment ${name}`,
    ]);
  const found = deployment.builds.find(({ id }) => id === build);
  if (found === undefined)
    throw new InvalidInputError([
      `deployment ${name} has no build ${build}; it has ${deployment.builds.map(({ id }) => id).join(', ')}`,
    ]);
  const start = (roles: readonly string[]): string =>
    `start one with gurukul worker --role ${roles.join(',')} --deployment ${name}`;
  const missing = QUEUES.filter((queue) => !found.queues.includes(queue));
  if (!TRAIN_QUEUES.some((queue) => found.queues.includes(queue))) missing.push('train');
  if (missing.length > 0)
    throw new InvalidInputError([
      `no worker of build ${build} polls ${missing.join(', ')}: runs would wait there forever; ${start(missing)}`,
    ]);
  const gone = QUEUES.filter((queue) => !found.polled.includes(queue));
  if (gone.length > 0)
    throw new InvalidInputError([
      `the workers of build ${build} on ${gone.join(', ')} are gone: none has asked for work within the last minute, and runs would wait; ${start(gone)} from that build`,
    ]);
  await setCurrent(server, name, build);
  return TRAIN_QUEUES.some((queue) => found.polled.includes(queue))
    ? undefined
    : `no training worker of build ${build} has asked for work within the last minute: all are busy, or gone`;
}

/**
 * Makes a build current where its deployment has none yet, so that the first workers of a deployment
 * work at once. Waits until the server knows the build.
 *
 * @returns Whether it did.
 */
export async function makeFirstCurrent(
  server: DeploymentServer,
  name: string,
  build: string,
): Promise<boolean> {
  const until = Date.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const deployment = await readDeployment(server, name);
    if (deployment?.builds.some(({ state }) => state === 'current') === true) return false;
    if (deployment?.builds.some(({ id }) => id === build) === true) {
      await setCurrent(server, name, build);
      return true;
    }
    if (Date.now() > until)
      throw new GurukulError(
        'StoreUnavailable',
        `the Temporal server does not list build ${build} of deployment ${name}: does it support worker versioning?`,
      );
    await sleep(ASK_EVERY_MS);
  }
}

async function setCurrent(
  { workflowService, namespace }: DeploymentServer,
  deploymentName: string,
  build: string,
): Promise<void> {
  try {
    await workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId: build });
  } catch (error) {
    throw new GurukulError(
      'StoreUnavailable',
      `the Temporal server does not make build ${build} current: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

function stateOf(status: proto.temporal.api.enums.v1.WorkerDeploymentVersionStatus): BuildState {
  switch (status) {
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT:
      return 'current';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING:
      return 'ramping';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING:
      return 'draining';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED:
      return 'drained';
    default:
      return 'new';
  }
}

async function unlessMissing<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === GRPC_NOT_FOUND) return undefined;
    throw error;
  }
}
