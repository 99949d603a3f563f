import type { Priority } from '@temporalio/common';
import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityCancellationType } from '@temporalio/workflow';

import { NON_RETRYABLE } from '../../data/errors.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

type Interval = RunConfig['interval'];

const nonRetryableErrorTypes = [...NON_RETRYABLE];

/**
 * Activity options by retry class; there are no others. Each limits one attempt (startToClose) and all attempts
 * together (scheduleToClose), and long activities must heartbeat. scheduleToClose is generous, so that an
 * activity can wait for a worker that comes back tomorrow.
 */
export const profiles = {
  /** Small decisions and files, done in seconds. */
  meta: {
    taskQueue: 'meta',
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '2 days',
    retry: {
      initialInterval: '1s',
      backoffCoefficient: 2,
      maximumInterval: '30s',
      maximumAttempts: 10,
      nonRetryableErrorTypes,
    },
  },
  /** Reads of sources. Providers limit these, so retries are many and slow. */
  io: {
    taskQueue: 'io',
    startToCloseTimeout: '30 minutes',
    scheduleToCloseTimeout: '7 days',
    heartbeatTimeout: '1 minute',
    retry: {
      initialInterval: '2s',
      backoffCoefficient: 2,
      maximumInterval: '5 minutes',
      maximumAttempts: 30,
      nonRetryableErrorTypes,
    },
  },
  /**
   * Calls to providers under a lease. One attempt only: the lease of a lost attempt is used up, and the workflow
   * asks for another.
   */
  fetch: {
    taskQueue: 'io',
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: '7 days',
    heartbeatTimeout: '20 seconds',
    retry: { maximumAttempts: 1, nonRetryableErrorTypes },
  },
  /** Figures over a whole run; the workflow sets the heartbeat timeout by {@link heartbeatTimeoutFor}. */
  cpu: {
    taskQueue: 'cpu',
    startToCloseTimeout: '1 hour',
    scheduleToCloseTimeout: '2 days',
    heartbeatTimeout: '2 minutes',
    retry: {
      initialInterval: '2s',
      backoffCoefficient: 2,
      maximumInterval: '1 minute',
      maximumAttempts: 8,
      nonRetryableErrorTypes,
    },
  },
  /** Bundles, written atomically. */
  artifact: {
    taskQueue: 'cpu',
    startToCloseTimeout: '1 hour',
    scheduleToCloseTimeout: '2 days',
    heartbeatTimeout: '2 minutes',
    retry: {
      initialInterval: '5s',
      backoffCoefficient: 2,
      maximumInterval: '5 minutes',
      maximumAttempts: 8,
      nonRetryableErrorTypes,
    },
  },
  /**
   * Opens what goes on without the run that asks for it. The run waits for minutes at most: it is done without.
   */
  opening: {
    taskQueue: 'cpu',
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '5 minutes',
    heartbeatTimeout: '1 minute',
    retry: {
      initialInterval: '1s',
      backoffCoefficient: 2,
      maximumInterval: '30s',
      maximumAttempts: 10,
      nonRetryableErrorTypes,
    },
  },
  /** What workflows do that wait for weeks, during which server and workers may be off for days. */
  standing: {
    taskQueue: 'cpu',
    startToCloseTimeout: '10 minutes',
    scheduleToCloseTimeout: '90 days',
    heartbeatTimeout: '10 minutes',
    retry: {
      initialInterval: '5s',
      backoffCoefficient: 2,
      maximumInterval: '1 hour',
      maximumAttempts: 2_000,
      nonRetryableErrorTypes,
    },
  },
} as const satisfies Record<string, ActivityOptions>;

const SHORTEST_TIMEOUT_MS = 30_000;
const LONGEST_TIMEOUT_MS = 3_600_000;
/** The longest step between two heartbeats took 6.5 ms for each window of half a year of daily bars, on a busy machine. */
const TIMEOUT_PER_ROW_MS = 0.4;
const SESSIONS_A_DAY = 0.69;
const BARS_A_SESSION: Readonly<Record<Interval, number>> = { '1day': 1, '5minute': 75 };

/**
 * Heartbeat timeout of a step that computes over a whole run. Such a step sends a heartbeat between its parts.
 * Its longest part, the check of the bundle, takes time in proportion to the run's rows. So a small run loses
 * half a minute to a killed worker, and a large run is not given up while it works.
 *
 * @returns Milliseconds: half a minute plus eight times the measured time of the longest part, at most an hour.
 */
export function heartbeatTimeoutFor({ windows, windowDays, interval }: Workload): number {
  const rows = windows * windowDays * SESSIONS_A_DAY * BARS_A_SESSION[interval];
  return Math.round(Math.min(LONGEST_TIMEOUT_MS, SHORTEST_TIMEOUT_MS + TIMEOUT_PER_ROW_MS * rows));
}

/** Size of the steps after training. */
export interface Workload {
  /** Trained windows. */
  readonly windows: number;
  /** Calendar days of each. */
  readonly windowDays: number;
  readonly interval: Interval;
}

/** A hung or killed trainer is noticed within this time, and its shard retried. */
const TRAIN_HEARTBEAT_TIMEOUT = '30 seconds';

export type TrainQueue = 'train.cpu' | 'train.gpu';

/**
 * Tensor training. It allows many attempts, since each resumes from a checkpoint: a machine that is rebooted
 * ten times a night still finishes.
 */
export function trainProfile(taskQueue: TrainQueue) {
  return {
    taskQueue,
    startToCloseTimeout: '6 hours',
    scheduleToCloseTimeout: '7 days',
    heartbeatTimeout: TRAIN_HEARTBEAT_TIMEOUT,
    // A cancelled activity has ended only when the trainer has written its checkpoint.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '1s',
      backoffCoefficient: 2,
      maximumInterval: '1 minute',
      maximumAttempts: 20,
      nonRetryableErrorTypes,
    },
  } as const satisfies ActivityOptions;
}

/**
 * Priority of a run's tasks in a queue; the smallest number goes first. A run's children and activities inherit
 * it.
 */
export const PRIORITY = {
  resumed: 2,
  manual: 3,
  scheduled: 4,
  backfill: 5,
} as const;

/** Of a fairness key. */
const MOST_CHARACTERS = 64;

/**
 * How a run's tasks stand in a queue: by priority, and of one priority each run's in turn, where the server keeps fairness
 * (`matching.enableFairness`), so that a large run does not hold up a small one that came later.
 *
 * @param priority One of {@link PRIORITY}.
 */
export function priorityOf(runId: string, priority: number): Priority {
  return { priorityKey: priority, fairnessKey: runId.slice(0, MOST_CHARACTERS) };
}
