import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';

import { errorMessage } from '../../data/errors.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import { formatTime } from './format.js';

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;
type Failure = temporal.api.failure.v1.IFailure;

/** A time as the server gives it. */
type Moment = { readonly seconds?: unknown } | null | undefined;

/** A step of a run that does not go on. */
export interface Delay {
  readonly workflowId: string;
  /** Type of the activity. */
  readonly activity: string;
  /** Of the attempt that goes on or comes next, from 1. */
  readonly attempt: number;
  /** When it is tried again, ISO; null where it is being tried, or waits for a worker. */
  readonly next: string | null;
  /** Why: how the last attempt failed, or that no worker takes it. */
  readonly reason: string;
}

/** A task that waits for longer has no worker, or one that is busy. */
const TAKEN_WITHIN_MS = 20_000;
/** A run has few open workflows: its own, its ingest, the cohorts in flight. */
const MOST_WORKFLOWS = 70;

/** What holds a running run up, as the server knows it: attempts that failed, and tasks that nobody takes. */
export async function findDelays(client: Client, runId: string, now: number): Promise<Delay[]> {
  const query = `${searchAttributes.run.name} = '${runId}' AND ExecutionStatus = 'Running'`;
  const delays: Delay[] = [];
  let seen = 0;
  for await (const { workflowId } of client.workflow.list({ query })) {
    if (seen++ === MOST_WORKFLOWS) break;
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    for (const pending of raw.pendingActivities ?? []) {
      const reason = await reasonOf(client, pending, now);
      if (reason === undefined) continue;
      const next = millis(pending.scheduledTime);
      delays.push({
        workflowId,
        activity: pending.activityType?.name ?? '',
        attempt: pending.attempt ?? 1,
        next: next > now ? new Date(next).toISOString() : null,
        reason,
      });
    }
  }
  return delays;
}

/** What `status` shows of them. */
export function delayLines(delays: readonly Delay[]): string[] {
  if (delays.length === 0) return [];
  return [
    '',
    'Held up:',
    ...delays.map(({ workflowId, activity, attempt, next, reason }) => {
      const again = next === null ? '' : `, next at ${formatTime(new Date(next)).slice(-8)}`;
      return `  ${workflowId}, ${activity}, attempt ${attempt}${again}: ${reason}`;
    }),
  ];
}

async function reasonOf(client: Client, pending: Pending, now: number): Promise<string | undefined> {
  return pending.lastFailure ? failureText(client, pending.lastFailure) : untaken(pending, now);
}

/** That no worker has taken a task, where it has waited for so long that one should have; else undefined. */
export function untaken(
  pending: { readonly lastStartedTime?: Moment; readonly scheduledTime?: Moment },
  now: number,
): string | undefined {
  const begun = millis(pending.lastStartedTime) > 0;
  const since = millis(pending.scheduledTime);
  if (begun || since === 0 || now - since < TAKEN_WITHIN_MS) return undefined;
  return `no worker has taken it since ${formatTime(new Date(since)).slice(-8)}: none is there for its queue, or all are busy`;
}

/** Type and message of a failure, decrypted where payloads are encrypted. */
async function failureText(client: Client, failure: Failure): Promise<string> {
  const { failureConverter, payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  let { encodedAttributes } = failure;
  for (const codec of payloadCodecs)
    if (encodedAttributes) [encodedAttributes] = await codec.decode([encodedAttributes]);
  const error = failureConverter.failureToError(
    { ...failure, encodedAttributes: encodedAttributes ?? null },
    payloadConverter,
  );
  const type = error instanceof ApplicationFailure && error.type ? `${error.type}: ` : '';
  return `${type}${errorMessage(error)}`;
}

function millis(time: Moment): number {
  return 1000 * Number(time?.seconds ?? 0);
}
