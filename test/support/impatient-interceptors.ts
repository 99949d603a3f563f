import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Activities that train; those that are not named here keep their profiles. */
const TRAINING: ReadonlySet<string> = new Set(['fitPrior', 'teachShard', 'distillStudent']);
/** Waits for a provider that is down, and for a new login, by the ends of their summaries. */
const TROUBLE = /· (no answer|log in again)$/;
const TROUBLE_SHORTENED = 200;

/**
 * Workflow interceptors for tests: what falls silent is given up after seconds in place of minutes, training
 * is tried twice in place of twenty times, and a provider's troubles are waited for 200 times as fast. What
 * is decided then is the workflows' own.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const { options } = input;
        if (input.activityType === 'fetchSymbols')
          return next({ ...input, options: { ...options, heartbeatTimeout: '3s' } });
        if (!TRAINING.has(input.activityType)) return next(input);
        // A queue that nobody polls is left after seconds in place of minutes.
        const unstarted =
          options.scheduleToStartTimeout === undefined ? {} : { scheduleToStartTimeout: '1s' as const };
        const retry = { ...options.retry, maximumAttempts: 2, initialInterval: '10ms' as const };
        return next({ ...input, options: { ...options, heartbeatTimeout: '2s', retry, ...unstarted } });
      },
      startTimer: (input, next) =>
        next(
          TROUBLE.test(input.options?.summary ?? '')
            ? { ...input, durationMs: Math.ceil(input.durationMs / TROUBLE_SHORTENED) }
            : input,
        ),
    },
  ],
});
