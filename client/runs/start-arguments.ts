import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** An execution of a workflow on the server. */
export interface Execution {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
}

/**
 * The arguments that an execution was started with, from its own history. A start that joins a running
 * execution changes nothing in it, so this shows which input won, without a race and without a worker.
 */
export async function startArguments(
  client: Client,
  { workflowId, firstExecutionRunId: runId }: Execution,
): Promise<unknown[]> {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  let payloads: Payload[] = [...(started?.input?.payloads ?? [])];
  for (const codec of payloadCodecs) payloads = await codec.decode(payloads);
  return payloads.map((payload) => payloadConverter.fromPayload<unknown>(payload));
}
