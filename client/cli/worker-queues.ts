import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

import { ROLES, WORKER_ACCELERATORS, queueOf } from '../../data/schemas/worker-roles.js';
import { PROVIDERS } from '../../data/sources/provider.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { quotaQuery } from '../../workflows/contract/quota-messages.js';
import type { WorkersAnswer } from '../dashboard/contract/training.js';

/** The enum's own value: the enum itself would load all of the protocol. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const ACTIVITY_TASKS: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY = 2;

/** Every queue, who polls it and what waits there, and what is used of the providers' quotas. @param now Milliseconds since 1970. */
export async function workerQueues(client: Client, now: number): Promise<Omit<WorkersAnswer, 'processes'>> {
  const names = [...new Set(ROLES.flatMap((role) => WORKER_ACCELERATORS.map((kind) => queueOf(role, kind))))];
  const [queues, quotas] = await Promise.all([
    Promise.all(names.map(async (queue) => describeQueue(client, queue, now))),
    Promise.all(PROVIDERS.map(async (provider) => quotaOf(client, provider))),
  ]);
  return { queues, quotas: quotas.flat(), remark: null };
}

async function describeQueue(
  client: Client,
  queue: string,
  now: number,
): Promise<WorkersAnswer['queues'][number]> {
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: ACTIVITY_TASKS,
    reportStats: true,
  });
  return {
    queue,
    backlog:
      stats?.approximateBacklogCount === undefined || stats.approximateBacklogCount === null
        ? null
        : Number(stats.approximateBacklogCount),
    oldestSeconds:
      stats?.approximateBacklogAge?.seconds === undefined || stats.approximateBacklogAge.seconds === null
        ? null
        : Number(stats.approximateBacklogAge.seconds),
    workers: pollers.map(({ identity, lastAccessTime }) => ({
      identity: identity ?? 'unknown',
      lastSeenSeconds:
        lastAccessTime?.seconds === undefined || lastAccessTime.seconds === null
          ? null
          : Math.max(0, Math.round(now / 1000 - Number(lastAccessTime.seconds))),
    })),
  };
}

/** Nothing where no run has asked for calls yet, or nobody answers for the count. */
async function quotaOf(client: Client, provider: string): Promise<WorkersAnswer['quotas']> {
  try {
    const { dayCalls, dayLimit, waiting } = await client.workflow
      .getHandle(workflowIds.quota(provider))
      .query(quotaQuery);
    return [{ provider, dayCalls, dayLimit, waiting }];
  } catch {
    return [];
  }
}
