import type { ErrorType } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RECOMMENDATIONS } from '../../data/schemas/recommendation.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { StressedStudent } from '../stress/activities.js';
import type { GatheredPredictions, ProbedBars, RunFigures } from '../validate/activities.js';

/** Inputs of a bundle: everything that a run has written. */
export interface AuditRequest extends GatheredPredictions, ProbedBars, RunFigures, StressedStudent {
  readonly config: RunConfig;
  readonly plan: FileRef;
  readonly ingest: FileRef;
  readonly index: FileRef;
  /** What came of training a cohort a second time; absent where none was, and in requests of earlier versions. */
  readonly reproduction?: FileRef;
}

/** What a bundle's briefing recommends, small enough for a payload. */
export interface Advice {
  readonly recommendation: (typeof RECOMMENDATIONS)[number];
  /** Gates that decide. */
  readonly gates: number;
  /** Those that do not pass, each as its question and its verdict. */
  readonly unmet: readonly string[];
}

/** Activities of the step audit, on queue cpu. */
export interface AuditActivities {
  /** Builds the bundle, verifies it and renames it into place. `bundle`: its absolute path. */
  auditBundle(request: AuditRequest): Promise<{
    readonly bundle: string;
    readonly digest: string;
    readonly files: number;
    /** Absent in results of earlier versions. */
    readonly advice?: Advice;
  }>;
  /**
   * Writes why there is no bundle, in the bundle's place. `notice`: its absolute path; `failures`: lines on what
   * failed and how to fix it, bounded in size; absent in results of earlier versions.
   */
  writeFailureNotice(request: {
    readonly config: RunConfig;
    readonly message: string;
    readonly failedBy: Partial<Record<ErrorType, number>>;
    /** Set where no window was trained, whether or not any failed. */
    readonly nothingTrained?: true;
  }): Promise<{ readonly notice: string; readonly failures?: readonly string[] }>;
}
