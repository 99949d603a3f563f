import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import { makeFirstCurrent } from '../temporal-config/deployment.js';

/**
 * Workflows declare whether they stay with the build that they began on (workflows/shared/versioning.ts); where
 * one does not, it stays, which is safe.
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
    log.info({ deploymentName, buildId }, 'first build of its deployment: made current');
}
