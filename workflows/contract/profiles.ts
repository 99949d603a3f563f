import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityCancellationType } from '@temporalio/workflow';

import { NON_RETRYABLE } from '../../data/errors.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

type Interval = RunConfig['interval'];

const nonRetryableErrorTypes = [...NON_RETRYABLE];

/**
 * Activity options by retry class, the only ones there are. Each bounds one attempt (startToClose) and
 * all of them (scheduleToClose); what runs long must heartbeat. scheduleToClose is generous, since
 * waiting for a worker that comes back tomorrow is what durability is for.
 */
export const profiles = {
  /** Small decisions and files: seconds. */
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
  /** Reads of sources: limited by the provider, so patient. */
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
   * Calls to providers under a lease: tried once, since the lease of a lost attempt is used up, and the
   * workflow asks for another.
   */
  fetch: {
    taskQueue: 'io',
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: '7 days',
    heartbeatTimeout: '20 seconds',
    retry: { maximumAttempts: 1, nonRetryableErrorTypes },
  },
  /** Figures over a whole run; its workflow sets the heartbeat's timeout by {@link silenceOf}. */
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
  /** Bundles: written once, and whole or not at all. */
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
} as const satisfies Record<string, ActivityOptions>;

const LEAST_SILENCE_MS = 30_000;
const MOST_SILENCE_MS = 3_600_000;
/** The longest step between two beats took 6.5 ms a window of half a year of daily bars, on a busy machine. */
const SILENCE_A_ROW_MS = 0.4;
const SESSIONS_A_DAY = 0.69;
const BARS_A_SESSION: Readonly<Record<Interval, number>> = { '1day': 1, '5minute': 75 };

/**
 * How long a step that computes over a whole run may be silent before its worker is taken for dead. Such a
 * step beats between its parts, and its longest part, the check of the bundle, takes as long as the run has
 * rows: so a killed worker costs a small run half a minute, and a large one is not given up while it works.
 *
 * @returns Milliseconds: half a minute and eight times the measured time of the longest part, an hour at most.
 */
export function silenceOf({ windows, windowDays, interval }: Workload): number {
  const rows = windows * windowDays * SESSIONS_A_DAY * BARS_A_SESSION[interval];
  return Math.round(Math.min(MOST_SILENCE_MS, LEAST_SILENCE_MS + SILENCE_A_ROW_MS * rows));
}

/** What the steps after training have to do with. */
export interface Workload {
  /** Windows that are trained. */
  readonly windows: number;
  /** Calendar days of each. */
  readonly windowDays: number;
  readonly interval: Interval;
}

/** A hung or killed trainer is noticed within this time, and its shard handed on. */
const TRAIN_HEARTBEAT_TIMEOUT = '30 seconds';

export type TrainQueue = 'train.cpu' | 'train.gpu';

/**
 * Tensor training. Attempts are many since every one goes on from a checkpoint: a machine that is
 * rebooted ten times a night still finishes.
 */
export function trainProfile(taskQueue: TrainQueue) {
  return {
    taskQueue,
    startToCloseTimeout: '6 hours',
    scheduleToCloseTimeout: '7 days',
    heartbeatTimeout: TRAIN_HEARTBEAT_TIMEOUT,
    // Cancelled means stopped: the trainer has written its checkpoint and left.
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
 * Which of the tasks that wait for one queue goes first: the smaller number. A run's children and activities
 * inherit its own.
 */
export const PRIORITY = {
  /** Somebody waits for it, again. */
  resumed: 2,
  manual: 3,
  scheduled: 4,
  backfill: 5,
} as const;
