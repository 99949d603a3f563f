import { defineQuery } from '@temporalio/workflow';

import type { ErrorType } from '../data/errors.js';
import type { SkipReason } from '../data/schemas/plan.js';
import type { Phase } from '../data/schemas/run-status.js';

/** One cohort as its run sees it. */
export interface CohortLine {
  /** `START_to_END`. */
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Trainable windows. */
  readonly windows: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Answer of `progress` on a run (`trainUniverse`). */
export interface RunProgress {
  readonly phase: Phase;
  /** Workflow time, ISO. */
  readonly startedAt: string;
  readonly windows: {
    readonly planned: number;
    readonly trainable: number;
    readonly succeeded: number;
    readonly skipped: number;
    readonly failed: number;
  };
  readonly skippedBy: Partial<Record<SkipReason, number>>;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly students: number;
  readonly cohorts: readonly CohortLine[];
  /** What is being done or went wrong, in one sentence. */
  readonly message: string;
}

/** Answer of `progress` on a cohort (`trainCohort`) or an ingest (`ingestUniverse`). */
export interface UnitProgress {
  /** Activities to be done and done: priors and shards, or batches of symbols. */
  readonly units: { readonly total: number; readonly done: number };
  /** Trainable windows of a cohort; symbols of an ingest. */
  readonly windows: number;
  readonly succeeded: number;
  readonly failed: number;
  /** What runs now, e.g. `shard 2/4`. */
  readonly current: string;
}

export const runProgressQuery = defineQuery<RunProgress, []>('progress');
export const unitProgressQuery = defineQuery<UnitProgress, []>('progress');

/** Workflow ids: derived from data, so a second start of the same thing is the same thing. */
export const workflowIds = {
  run: (run: string): string => `train/${run}`,
  ingest: (run: string): string => `ingest/${run}`,
  cohort: (run: string, cohort: string): string => `teach/${run}/${cohort}`,
  /** One for all runs: the provider counts all calls together. */
  quota: (provider: string): string => `quota/${provider}`,
};

/** Type of the failure with which a run ends whose failed windows are above `maxFailureRate`. Its details hold the RunStatus. */
export const ABOVE_FAILURE_THRESHOLD = 'AboveFailureThreshold';
