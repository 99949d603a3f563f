import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

import type { BudgetedWorkflow } from '../workflows/event-budgets.js';
import { EVENT_BUDGETS } from '../workflows/event-budgets.js';

/** Figures of the histories of one workflow type. */
export interface TypeFigures {
  readonly workflow: BudgetedWorkflow;
  /** Executions, each part of a run that continued as new counted. */
  readonly executions: number;
  /** Events of all executions. */
  readonly events: number;
  /** Events of the longest execution. */
  readonly longest: number;
}

/** The largest argument, result or memo in the histories. */
export interface LargestPayload {
  readonly bytes: number;
  /** Workflow type and kind of the event that contains it. */
  readonly where: string;
}

export interface HistoryFigures {
  readonly types: readonly TypeFigures[];
  readonly events: number;
  /** Activities that were scheduled, by all of them. */
  readonly activities: number;
  readonly largestPayload: LargestPayload;
}

const ALL = '';
const SCHEDULED = proto.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED;

/** Reads every history on a server. */
export async function readHistories(client: Client): Promise<HistoryFigures> {
  const { lengths, activities, largestPayload } = await lengthsAndPayloads(client);
  const types = workflowTypes().map((workflow): TypeFigures => {
    const events = lengths.get(workflow) ?? [];
    const sum = events.reduce((total, length) => total + length, 0);
    return { workflow, executions: events.length, events: sum, longest: Math.max(0, ...events) };
  });
  const events = types.reduce((sum, own) => sum + own.events, 0);
  return { types, events, activities, largestPayload };
}

/** Events of every execution on a server, by workflow type, the activities of all, and the largest payload. */
export async function lengthsAndPayloads(client: Client): Promise<{
  readonly lengths: ReadonlyMap<string, readonly number[]>;
  readonly activities: number;
  readonly largestPayload: LargestPayload;
}> {
  const lengths = new Map<string, number[]>();
  let activities = 0;
  let largestPayload: LargestPayload = { bytes: 0, where: '' };
  for await (const { workflowId, runId, type } of client.workflow.list({ query: ALL })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    lengths.set(type, [...(lengths.get(type) ?? []), events?.length ?? 0]);
    for (const event of events ?? []) {
      if (event.eventType === SCHEDULED) activities += 1;
      const bytes = largestIn(event);
      if (bytes <= largestPayload.bytes) continue;
      const kind = proto.temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? '';
      largestPayload = { bytes, where: `${type}, ${nameOfKind(kind)}` };
    }
  }
  return { lengths, activities, largestPayload };
}

function workflowTypes(): BudgetedWorkflow[] {
  const known: readonly string[] = Object.keys(EVENT_BUDGETS);
  return known.filter((name): name is BudgetedWorkflow => name in EVENT_BUDGETS);
}

/** Bytes of the largest payload anywhere in an event. */
function largestIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  if ('metadata' in value && 'data' in value && value.data instanceof Uint8Array)
    return value.data.byteLength;
  return Math.max(0, ...Object.values(value).map(largestIn));
}

/** `EVENT_TYPE_ACTIVITY_TASK_COMPLETED` as `activity task completed`. */
function nameOfKind(kind: string): string {
  return kind.replace('EVENT_TYPE_', '').toLowerCase().replaceAll('_', ' ');
}
