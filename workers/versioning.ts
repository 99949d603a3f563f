import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import { makeFirstCurrent } from '../temporal-config/deployment.js';

/**
 * Workflows say themselves whether they stay with the build that they began on (workflows/shared/versioning.ts);
 * what they do not say is the safe way, to stay.
 *
 * @param version Undefined: the worker takes every task, whatever build it is of.
 */
export function versioned(
  version: WorkerDeploymentVersion | undefined,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (version === undefined) return {};
  return {
    workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior: 'PINNED' },
  };
}

/** The first build of a deployment is its current one; later ones are made so by an operator. */
export async function beginDeployment(
  { workflowService }: NativeConnection,
  namespace: string,
  { deploymentName, buildId }: WorkerDeploymentVersion,
  log: Logger,
): Promise<void> {
  if (await makeFirstCurrent({ workflowService, namespace }, deploymentName, buildId))
    log.info({ deploymentName, buildId }, 'the first build of its deployment: current from now on');
}
