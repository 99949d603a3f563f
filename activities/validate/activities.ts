import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/** Predictions of a run by who made them, as parquet. */
export interface GatheredPredictions {
  /** The teachers'. */
  readonly predictions: FileRef;
  /** The teachers' on bars whose returns were shuffled. */
  readonly placebo: FileRef;
  /** The students'. */
  readonly student: FileRef;
}

/** Activities of the step validate, on queue cpu. */
export interface ValidateActivities {
  /**
   * Runs the leakage probes on the run's own bars and cohorts and writes `integrity.json`. A finding ends
   * the run as a `Bug`, without figures and without a bundle.
   */
  probeLeakage(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
    readonly plan: FileRef;
  }): Promise<FileRef>;
  /** Joins the predictions of all units named in the teach index. */
  gatherPredictions(request: {
    readonly config: RunConfig;
    readonly index: FileRef;
  }): Promise<GatheredPredictions>;
  /** Computes every figure of the run. @param request `trials`: configurations that the run compares, for the deflated Sharpe ratio. */
  validateRun(
    request: GatheredPredictions & { readonly config: RunConfig; readonly trials: number },
  ): Promise<{ readonly metrics: FileRef; readonly statTests: FileRef; readonly stressTests: FileRef }>;
}
