import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow';

import type { DistillActivities } from '../../activities/distill/activities.js';
import type { FetchActivities } from '../../activities/ingest/fetch/activities.js';
import type { StressActivities } from '../../activities/stress/activities.js';
import type { TeachActivities } from '../../activities/teach/activities.js';
import type { ErrorType } from '../../data/errors.js';
import { isErrorType } from '../../data/errors.js';

/** Activities whose timeout has a likelier cause than the store that all others use. */
const TIMED_OUT: ReadonlyMap<string, ErrorType> = new Map<
  keyof TeachActivities | keyof DistillActivities | keyof StressActivities | keyof FetchActivities,
  ErrorType
>([
  ['fitPrior', 'TrainerCrashed'],
  ['teachShard', 'TrainerCrashed'],
  ['distillStudent', 'TrainerCrashed'],
  ['reproduceCohort', 'TrainerCrashed'],
  ['stressStudent', 'TrainerCrashed'],
  ['fetchSymbols', 'ProviderDown'],
]);

/**
 * The error type of the root cause of a failure that reached a workflow. A timeout of training counts as a
 * crashed trainer, any other as a provider or a store that does not answer. Anything outside the closed union
 * is a Bug.
 */
export function errorTypeOf(error: unknown): ErrorType {
  const cause = rootCause(error);
  if (cause instanceof ApplicationFailure && isErrorType(cause.type)) return cause.type;
  if (cause instanceof TimeoutFailure) return timeoutType(activityOf(error));
  if (cause instanceof CancelledFailure) return 'Cancelled';
  return 'Bug';
}

/** The message of the root cause: the activity's own, or what happened to the activity. */
export function messageOf(error: unknown): string {
  const cause = rootCause(error);
  if (cause instanceof TimeoutFailure) return timeoutMessage(cause, activityOf(error) ?? 'the workflow');
  return cause instanceof Error ? cause.message : String(cause);
}

/** Fails the workflow with the activity's own type and message, so the Web UI shows them first. */
export function asWorkflowFailure(error: unknown): ApplicationFailure {
  const cause = rootCause(error);
  if (cause instanceof ApplicationFailure) return cause;
  return ApplicationFailure.create({
    message: messageOf(error),
    type: errorTypeOf(error),
    nonRetryable: true,
  });
}

/** Temporal's own message is `activity Heartbeat timeout`; this one says what it means and where to look. */
function timeoutMessage({ timeoutType, cause }: TimeoutFailure, activity: string): string {
  const before = cause === undefined ? '' : `; its last error: ${cause.message}`;
  switch (timeoutType) {
    case 'HEARTBEAT':
      return `${activity} sent no more heartbeats: its worker died or hangs; see that worker's log${before}`;
    case 'START_TO_CLOSE':
      return `${activity} took longer than one attempt may; see its worker's log${before}`;
    case 'SCHEDULE_TO_START':
    case 'SCHEDULE_TO_CLOSE':
      return `no worker finished ${activity} in time: check that one polls its queue (gurukul doctor)${before}`;
    default:
      return `${activity} ran out of time${before}`;
  }
}

/** We give no workflow a time limit, so the timeout of a workflow is a mistake. */
function timeoutType(activity: string | undefined): ErrorType {
  return activity === undefined ? 'Bug' : (TIMED_OUT.get(activity) ?? 'StoreUnavailable');
}

/** Type of the activity that failed; undefined if none did. */
function activityOf(error: unknown): string | undefined {
  if (error instanceof ActivityFailure) return error.activityType;
  return error instanceof ChildWorkflowFailure ? activityOf(error.cause) : undefined;
}

function rootCause(error: unknown): unknown {
  if (
    (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) &&
    error.cause !== undefined
  ) {
    return rootCause(error.cause);
  }
  return error;
}
