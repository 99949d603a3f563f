import type { ErrorType } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { QuarantinedWindow } from '../../data/schemas/shard-troubles.js';
import type { CohortDates, TrainingConfig } from '../../data/schemas/training-config.js';
import type { Arm } from '../market/feature-table.js';

/**
 * The jobs of the trainer child process and what comes of them. Everything crosses as plain JSON, files
 * as references; the same types cross the workflow boundary, so they stay small.
 */

interface JobBase {
  readonly config: TrainingConfig;
  readonly cohort: CohortDates;
  /** The run's IngestManifest. */
  readonly ingest: FileRef;
  /** Whose finished units are taken as they are; absent: `all`. No result depends on it. */
  readonly reuse?: RunConfig['reuse'];
}

/** Fit the cohort's universe-wide prior: everything its teachers start from. */
export interface PriorJob extends JobBase {
  readonly kind: 'prior';
  readonly arm: Arm;
}

/** Train the windows of one shard as one batch. */
export interface ShardJob extends JobBase {
  readonly kind: 'shard';
  readonly arm: Arm;
  /** Index of the shard in its cohort, from 0. */
  readonly shard: number;
  /** Symbols of the windows, sorted. */
  readonly symbols: readonly string[];
  /** Manifest of the cohort's prior. */
  readonly prior: FileRef;
  /** Windows taught at once, at most; absent: as many as the memory holds. No result depends on it. */
  readonly windowsAtOnce?: number;
  /** Windows that are not to be tried: they end the trainer. */
  readonly quarantined?: readonly QuarantinedWindow[];
}

/** Distil the cohort's student from the soft labels of its teachers (real arm). */
export interface StudentJob extends JobBase {
  readonly kind: 'student';
  /** Manifests of the cohort's shards, in order. */
  readonly shards: readonly FileRef[];
}

export type TrainerJob = PriorJob | ShardJob | StudentJob;

/** What a job gives back. The manifest lists every file it wrote (see `data/store/units.ts`). */
export interface TrainerResult {
  readonly manifest: FileRef;
  /** Windows trained to the end (for a prior or student: 0). */
  readonly succeeded: number;
  /** Windows that failed, by error type. */
  readonly failedBy: Partial<Record<ErrorType, number>>;
  /** True when a finished unit with the same key was found and nothing was trained. */
  readonly reused: boolean;
  /** The other run of the home that it was taken over from, where it was. */
  readonly from?: string;
}

/** Real progress of a job: what the activity's heartbeat carries. */
export interface TrainerProgress {
  readonly phase: 'features' | 'fit' | 'predict' | 'write';
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the last step, where there is one. */
  readonly loss?: number;
  /** Symbols of the windows that are in hand from here on, where a shard is taught. */
  readonly symbols?: readonly string[];
}

/** Runs jobs in a supervised child process; the worker gives one to the teach and distill activities. */
export interface Trainer {
  /**
   * @param signal Aborting it makes the child checkpoint and stop; the promise rejects with `Cancelled`.
   * @throws TrainerLostError when the process ended; GurukulError Cancelled, or what the job itself threw.
   */
  run(
    job: TrainerJob,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: TrainerProgress) => void },
  ): Promise<TrainerResult>;
}
