import proto from '@temporalio/proto';

import type { DeploymentServer } from './deployment.js';

/** A poll without a task ends after a minute, and the next one starts. */
const POLLED_WITHIN_MS = 75_000;

/**
 * By queue, the builds of a deployment whose workers have asked for activities within the last minute, as
 * the server knows it. It remembers a worker that has just left for as long.
 */
export async function recentBuilds(
  { workflowService, namespace, now = Date.now }: DeploymentServer,
  deployment: string,
  queues: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const since = now() - POLLED_WITHIN_MS;
  const entries = await Promise.all(
    queues.map(async (queue) => {
      const { pollers } = await workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queue },
        taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
      });
      const recent = pollers.filter(
        ({ deploymentOptions: options, lastAccessTime }) =>
          options?.deploymentName === deployment && 1000 * Number(lastAccessTime?.seconds ?? 0) > since,
      );
      return [queue, new Set(recent.map((poller) => poller.deploymentOptions?.buildId ?? ''))] as const;
    }),
  );
  return new Map(entries);
}
