import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Activities that train; the others keep their profiles. */
const TRAINING: ReadonlySet<string> = new Set(['fitPrior', 'teachShard', 'distillStudent']);

/**
 * Workflow interceptors for tests: training that falls silent is given up after seconds in place of
 * minutes, and tried twice in place of twenty times. What is decided then is the workflows' own.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) =>
        next(
          TRAINING.has(input.activityType)
            ? {
                ...input,
                options: {
                  ...input.options,
                  heartbeatTimeout: '2s',
                  retry: { ...input.options.retry, maximumAttempts: 2, initialInterval: '10ms' },
                },
              }
            : input,
        ),
    },
  ],
});
