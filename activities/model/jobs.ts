import type { ErrorType } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { QuarantinedWindow } from '../../data/schemas/shard-troubles.js';
import type { CohortDates, TrainingConfig } from '../../data/schemas/training-config.js';
import type { Arm } from '../market/feature-table.js';

/**
 * The jobs of the trainer child process and their results. They are passed as plain JSON, with files as
 * references; the same types cross the workflow boundary, so they stay small.
 */

interface JobBase {
  readonly config: TrainingConfig;
  readonly cohort: CohortDates;
  /** The run's IngestManifest. */
  readonly ingest: FileRef;
  /** Whose finished units may be reused; absent: `all`. Results do not depend on it. */
  readonly reuse?: RunConfig['reuse'];
}

/** Fit the cohort's prior: one model for the whole universe, from which its teachers start. */
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
  /** Maximum number of windows trained at once; absent: as many as fit in memory. Results do not depend on it. */
  readonly windowsAtOnce?: number;
  /** Windows that are left out because they crash the trainer. */
  readonly quarantined?: readonly QuarantinedWindow[];
}

/** What a cohort's training left behind. */
export interface CohortUnits {
  /** Manifest of its prior. */
  readonly prior: FileRef;
  /** Manifests of its shards, in order. */
  readonly shards: readonly FileRef[];
}

/** Distil the cohort's student from what teachers said of rows that they did not learn from. */
export interface StudentJob extends JobBase {
  readonly kind: 'student';
  readonly arm: Arm;
  readonly own: CohortUnits;
  /** The cohort that ends where this one starts, whose forward rows are this one's windows; absent: there is none. */
  readonly earlier?: CohortUnits;
}

/** Train a cohort's real arm a second time and compare every file. */
export interface ReproductionJob extends JobBase {
  readonly kind: 'reproduction';
  readonly own: CohortUnits;
  /** Its shards that are trained again, with their manifests. */
  readonly shards: readonly {
    readonly shard: number;
    readonly symbols: readonly string[];
    readonly manifest: FileRef;
    /** As a shard's. */
    readonly windowsAtOnce?: number;
  }[];
  /** Manifest of its student. */
  readonly student: FileRef;
  /** As the student's. */
  readonly earlier?: CohortUnits;
}

/** Predict the forward rows of a cohort's student again, on shocked bars. */
export interface StressJob extends JobBase {
  readonly kind: 'stress';
  /** Manifest of the student. */
  readonly student: FileRef;
}

export type TrainerJob = PriorJob | ShardJob | StudentJob | ReproductionJob | StressJob;

/** Result of a job. The manifest lists every file it wrote (see `data/store/units.ts`). */
export interface TrainerResult {
  readonly manifest: FileRef;
  /** Windows trained successfully (for a shard alone; otherwise 0). */
  readonly succeeded: number;
  /** Windows that failed, by error type. */
  readonly failedBy: Partial<Record<ErrorType, number>>;
  /** True when a finished unit with the same key was reused and nothing was trained. */
  readonly reused: boolean;
  /** The other run of the home whose unit was reused, if any. */
  readonly from?: string;
}

/** Progress of a job; the payload of the activity's heartbeat. */
export interface TrainerProgress {
  readonly phase: 'features' | 'choose' | 'fit' | 'predict' | 'write';
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the last step, if there is one. */
  readonly loss?: number;
  /** Symbols of the windows that are trained from now on, for a shard job. */
  readonly symbols?: readonly string[];
}

/** Runs jobs in a supervised child process; the worker passes one to the teach, distill and stress activities. */
export interface Trainer {
  /**
   * @param signal Abort it to make the child write a checkpoint and stop; the promise rejects with `Cancelled`.
   * @throws TrainerLostError when the process ended; GurukulError Cancelled, or any error of the job itself.
   */
  run(
    job: TrainerJob,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: TrainerProgress) => void },
  ): Promise<TrainerResult>;
}
