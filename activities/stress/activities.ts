import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/** What a student predicts on shocked bars. */
export interface StressedStudent {
  /** Absent where no student has enough forward rows, and in results of earlier versions. */
  readonly stress?: FileRef;
}

/** On the run's training queue. */
export interface StressActivities {
  /** Predicts the forward rows of the newest student that has enough of them again, on shocked bars. */
  stressStudent(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
    /** What the run has trained. */
    readonly index: FileRef;
  }): Promise<StressedStudent>;
}
