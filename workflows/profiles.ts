import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityCancellationType } from '@temporalio/workflow';

import { NON_RETRYABLE } from '../data/errors.js';

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
  /** Figures over a whole run. */
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

/** Every profile, for the test that checks their bounds. */
export const allProfiles: Readonly<Record<string, ActivityOptions>> = {
  ...profiles,
  'train.cpu': trainProfile('train.cpu'),
  'train.gpu': trainProfile('train.gpu'),
};
