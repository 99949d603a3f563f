import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';

import type { ErrorType } from '../../data/errors.js';
import { errorMessage, isErrorType } from '../../data/errors.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { ABOVE_FAILURE_THRESHOLD } from '../../workflows/contract/messages.js';
import type { ExitCode } from './exit.js';
import { EXIT } from './exit.js';

/** How a run ended that did not end well. */
export interface RunFailure {
  readonly type: ErrorType | typeof ABOVE_FAILURE_THRESHOLD;
  readonly message: string;
  /** Where the failure carries the run's status. */
  readonly status: RunStatus | undefined;
}

/** Reads what `handle.result()` threw; undefined when that was not the run's own end. */
export function runFailureOf(error: unknown): RunFailure | undefined {
  if (!(error instanceof WorkflowFailedError)) return undefined;
  const cause = rootCause(error.cause);
  const message = errorMessage(cause);
  if (cause instanceof CancelledFailure)
    return { type: 'Cancelled', message: 'cancelled', status: undefined };
  if (cause instanceof TerminatedFailure)
    return { type: 'Cancelled', message: `terminated: ${message}`, status: undefined };
  if (cause instanceof TimeoutFailure)
    return { type: 'Bug', message: `timed out: ${message}`, status: undefined };
  if (!(cause instanceof ApplicationFailure)) return { type: 'Bug', message, status: undefined };
  const status = runStatusSchema.safeParse(cause.details?.[0]);
  return {
    type: cause.type === ABOVE_FAILURE_THRESHOLD || isErrorType(cause.type) ? cause.type : 'Bug',
    message,
    status: status.success ? status.data : undefined,
  };
}

/** The exit status that a failed run deserves. */
export function exitCodeOf({ type }: RunFailure): ExitCode {
  if (type === ABOVE_FAILURE_THRESHOLD) return EXIT.aboveThreshold;
  return type === 'InvalidInput' ? EXIT.badInput : EXIT.failed;
}

/** The exit status of a command that shows a run which has ended. */
export function exitCodeOfEnd({
  status,
  failure,
}: {
  readonly status: Pick<RunStatus, 'phase'>;
  /** Where the server knows how it failed. */
  readonly failure?: RunFailure;
}): ExitCode {
  if (failure !== undefined) return exitCodeOf(failure);
  return ['failed', 'cancelled'].includes(status.phase) ? EXIT.failed : EXIT.ok;
}

function rootCause(error: unknown): unknown {
  if (error instanceof Error && !(error instanceof ApplicationFailure) && error.cause !== undefined) {
    return rootCause(error.cause);
  }
  return error;
}
