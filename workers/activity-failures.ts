import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { Logger } from 'pino';

import { ERROR_POLICIES, GurukulError, InvalidInputError, errorMessage } from '../data/errors.js';

/**
 * Turns whatever an activity throws into a failure of the closed union, with what the union says about
 * retrying it: the one place where errors become Temporal's.
 */
export function activityFailures(log: Logger): ActivityInterceptorsFactory {
  return (context) => {
    const inbound: ActivityInboundCallsInterceptor = {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        try {
          return await next(input);
        } catch (error) {
          const { activityType, attempt, workflowExecution } = context.info;
          log.warn(
            { activityType, attempt, workflowId: workflowExecution?.workflowId, err: error },
            'activity failed',
          );
          throw asFailure(error);
        }
      },
    };
    return { inbound };
  };
}

/** The Temporal failure for anything thrown. */
export function asFailure(error: unknown): ApplicationFailure | CancelledFailure {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { type, message } =
    error instanceof GurukulError ? error : { type: 'Bug' as const, message: errorMessage(error) };
  const { retry, nextDelayMs } = ERROR_POLICIES[type];
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !retry,
    ...(retry && nextDelayMs !== undefined ? { nextRetryDelay: nextDelayMs } : {}),
    ...(error instanceof InvalidInputError ? { details: [error.problems] } : {}),
  });
}
