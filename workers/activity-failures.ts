import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { Logger } from 'pino';

import { ERROR_POLICIES, InvalidInputError, asGurukulError, retryDelayMs } from '../data/errors.js';
import { maskSecrets } from '../data/secrets/secrets.js';

/**
 * Turns whatever an activity throws into a failure of the closed union, with the union's rule for retrying it:
 * the one place where errors become Temporal's.
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
          throw asFailure(error, attempt);
        }
      },
    };
    return { inbound };
  };
}

/** The Temporal failure for anything thrown. @param attempt The attempt that threw, from 1. */
export function asFailure(error: unknown, attempt = 1): ApplicationFailure | CancelledFailure {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { type, message } = asGurukulError(error);
  const { retry } = ERROR_POLICIES[type];
  const delay = retry ? retryDelayMs(type, attempt) : undefined;
  return ApplicationFailure.create({
    type,
    // A provider's or a library's message may quote a key.
    message: maskSecrets(message),
    nonRetryable: !retry,
    ...(delay === undefined ? {} : { nextRetryDelay: delay }),
    ...(error instanceof InvalidInputError ? { details: [error.problems.map(maskSecrets)] } : {}),
  });
}
