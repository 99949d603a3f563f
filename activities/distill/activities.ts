import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/** On the run's training queue. */
export interface DistillActivities {
  /** Distils a cohort's student, and that of the placebo; returns the manifest of the first. */
  distillStudent(request: {
    readonly config: RunConfig;
    readonly cohort: string;
    readonly ingest: FileRef;
  }): Promise<FileRef>;
  /**
   * Trains the newest cohort with a student a second time and compares every file; returns reproduction.json, null where
   * there is no such cohort.
   */
  reproduceCohort(request: {
    readonly config: RunConfig;
    readonly plan: FileRef;
    readonly ingest: FileRef;
  }): Promise<FileRef | null>;
}
