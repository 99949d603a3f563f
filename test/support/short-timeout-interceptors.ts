import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Training activities; others keep their profiles. */
const TRAINING: ReadonlySet<string> = new Set([
  'fitPrior',
  'teachShard',
  'distillStudent',
  'reproduceCohort',
  'stressStudent',
]);
/** Matches the summaries of timers that wait for a provider that is down or for a new login. */
const PROVIDER_WAIT = /· (no answer|log in again)$/;
/** Activities of releases, which are killed in tests; others keep their profiles. */
const RELEASING: ReadonlySet<string> = new Set([
  'decideRun',
  'changeChampion',
  'expireDecision',
  'reviewChampion',
]);
const WAIT_DIVISOR = 200;
/** Matches the summaries of timers that wait for days; of these a day takes {@link DAY_MS}. */
const WAIT_OF_DAYS = /^(reminder|time for a decision ends|next look)$/;
const DAY_MS = 100;

function divisorOf(summary: string): number {
  if (WAIT_OF_DAYS.test(summary)) return 86_400_000 / DAY_MS;
  return PROVIDER_WAIT.test(summary) ? WAIT_DIVISOR : 1;
}

/**
 * Workflow interceptors for tests: heartbeat timeouts are seconds instead of minutes, training has two attempts
 * instead of twenty, and waits for a provider are {@link WAIT_DIVISOR} times shorter, and those of days take
 * milliseconds. The decisions remain those of
 * the workflows.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const { options } = input;
        if (input.activityType === 'fetchSymbols')
          return next({ ...input, options: { ...options, heartbeatTimeout: '3s' } });
        if (RELEASING.has(input.activityType)) {
          const retry = { ...options.retry, initialInterval: '10ms' as const };
          return next({ ...input, options: { ...options, heartbeatTimeout: '5s', retry } });
        }
        if (!TRAINING.has(input.activityType)) return next(input);
        // A queue without pollers is left after seconds instead of minutes.
        const unstarted =
          options.scheduleToStartTimeout === undefined ? {} : { scheduleToStartTimeout: '1s' as const };
        const retry = { ...options.retry, maximumAttempts: 2, initialInterval: '10ms' as const };
        return next({ ...input, options: { ...options, heartbeatTimeout: '2s', retry, ...unstarted } });
      },
      startTimer: (input, next) =>
        next({
          ...input,
          durationMs: Math.ceil(input.durationMs / divisorOf(input.options?.summary ?? '')),
        }),
    },
  ],
});
