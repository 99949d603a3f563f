import type { Client, WorkflowHandle } from '@temporalio/client';

/**
 * Whether nothing of a run is under way: neither it nor a child of it has an activity that is scheduled or
 * runs, or a workflow task. Nothing can begin then before a message or a timer arrives, so this proves an
 * absence without waiting for it.
 */
export async function isStill(client: Client, handle: Pick<WorkflowHandle, 'describe'>): Promise<boolean> {
  const { raw } = await handle.describe();
  if ((raw.pendingActivities?.length ?? 0) > 0 || raw.pendingWorkflowTask) return false;
  for (const { workflowId } of raw.pendingChildren ?? [])
    if (workflowId && !(await isStill(client, client.workflow.getHandle(workflowId)))) return false;
  return true;
}
