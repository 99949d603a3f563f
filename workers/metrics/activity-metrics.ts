import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';

import { ERROR_TYPES } from '../../data/errors.js';
import { SKIP_REASONS } from '../../data/schemas/plan.js';
import type { Home } from '../../data/store/home.js';
import { readCohort } from '../../data/store/run-plan.js';
import type { CountedWindows } from './counted-windows.js';
import { windowsOf } from './counted-windows.js';

/** From a shard that is reused to one of an hour. */
const SHARD_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
const TEACH_SHARD = 'teachShard';

/**
 * Counts what activities do: windows by outcome, seconds a shard, failures by type. It sees what they were called
 * with and what they returned; none of them knows of it.
 */
export function activityMetrics(registry: Registry, home: Home, log: Logger): ActivityInterceptorsFactory {
  const windows = new Counter({
    name: 'gurukul_windows_total',
    help: 'Windows whose outcome this process has reported, by outcome and, of those that failed or were skipped, reason.',
    labelNames: ['outcome', 'reason'],
    registers: [registry],
  });
  // A series that begins above zero has no increase.
  for (const outcome of ['succeeded', 'reused']) windows.inc({ outcome, reason: '' }, 0);
  for (const reason of ERROR_TYPES) windows.inc({ outcome: 'failed', reason }, 0);
  for (const reason of SKIP_REASONS) windows.inc({ outcome: 'skipped', reason }, 0);
  const shards = new Histogram({
    name: 'gurukul_shard_seconds',
    help: 'Seconds of the attempt that finished a shard of windows: those that were trained, by arm.',
    labelNames: ['arm'],
    buckets: SHARD_SECONDS,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'gurukul_activity_failures_total',
    help: 'Attempts of activities that have failed, by activity and error type.',
    labelNames: ['activity', 'type'],
    registers: [registry],
  });
  const sizes: Parameters<typeof windowsOf>[3] = async ({ runId, plan, cohort }) =>
    (await readCohort(home, runId, plan, cohort)).shards.map((symbols) => symbols.length);
  const observe = (
    activity: string,
    request: unknown,
    seconds: number,
    counted: readonly CountedWindows[],
  ): void => {
    for (const { outcome, reason, windows: n } of counted) if (n > 0) windows.inc({ outcome, reason }, n);
    const isReused = counted.some(({ outcome, windows: n }) => outcome === 'reused' && n > 0);
    if (activity === TEACH_SHARD && !isReused) shards.observe({ arm: armOf(request) }, seconds);
  };
  return ({ info: { activityType } }) => ({
    inbound: {
      async execute(input, next) {
        const [request]: readonly unknown[] = input.args;
        const start = performance.now();
        let result: unknown;
        try {
          result = await next(input);
        } catch (error) {
          if (error instanceof ApplicationFailure)
            failures.inc({ activity: activityType, type: error.type ?? 'Bug' });
          else if (!(error instanceof CancelledFailure))
            failures.inc({ activity: activityType, type: 'Bug' });
          throw error;
        }
        const seconds = (performance.now() - start) / 1000;
        // A figure for machines must never fail the work that it counts.
        await windowsOf(activityType, request, result, sizes)
          .then((counted) => observe(activityType, request, seconds, counted))
          .catch((error: unknown) => log.warn({ activityType, err: error }, 'cannot count'));
        return result;
      },
    },
  });
}

function armOf(request: unknown): string {
  return typeof request === 'object' && request !== null && 'arm' in request ? String(request.arm) : '';
}
