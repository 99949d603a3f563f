import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';

/** How many workers poll a queue for activities now, as the server knows it. */
export async function pollersOf(
  connection: NativeConnection,
  namespace: string,
  queue: string,
): Promise<number> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  return pollers.length;
}
