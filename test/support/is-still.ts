import type { Client, WorkflowHandle } from '@temporalio/client';

/**
 * Whether a run is idle: neither it nor its children have a scheduled or running activity or a workflow task. Then
 * nothing can start before a message or a timer arrives, so this proves an absence without waiting.
 */
export async function isStill(client: Client, handle: Pick<WorkflowHandle, 'describe'>): Promise<boolean> {
  const { raw } = await handle.describe();
  if ((raw.pendingActivities?.length ?? 0) > 0 || raw.pendingWorkflowTask) return false;
  for (const { workflowId } of raw.pendingChildren ?? [])
    if (workflowId && !(await isStill(client, client.workflow.getHandle(workflowId)))) return false;
  return true;
}
