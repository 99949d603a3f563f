import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/** Predictions of a run by who made them, as parquet. */
export interface GatheredPredictions {
  /** The teachers'. */
  readonly predictions: FileRef;
  /** The teachers' on bars whose returns were drawn anew. */
  readonly placebo: FileRef;
  /** The students'. */
  readonly student: FileRef;
  /** What each feature was worth to the teachers. */
  readonly importance: FileRef;
}

/** What was seen on the run's own bars. */
export interface ProbedBars {
  /** What the leakage probes looked at. */
  readonly integrity: FileRef;
  /** How far the features stray after each cohort's windows. */
  readonly drift: FileRef;
}

/** Activities of the step validate, on queue cpu. */
export interface ValidateActivities {
  /**
   * Runs the leakage probes on the run's own bars and cohorts and writes `integrity.json`. A finding ends
   * the run as a `Bug`, without figures and without a bundle. Measures the features' drift on the same table.
   */
  probeLeakage(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
    readonly plan: FileRef;
  }): Promise<ProbedBars>;
  /** Joins the predictions of all units named in the teach index, and what features were worth to the teachers. */
  gatherPredictions(request: {
    readonly config: RunConfig;
    readonly index: FileRef;
  }): Promise<GatheredPredictions>;
  /** Computes every figure of the run. @param request `trials`: configurations that the run compares, for the deflated Sharpe ratio. */
  validateRun(
    request: GatheredPredictions & {
      readonly config: RunConfig;
      readonly drift: FileRef;
      readonly trials: number;
    },
  ): Promise<{ readonly metrics: FileRef; readonly statTests: FileRef; readonly stressTests: FileRef }>;
}
