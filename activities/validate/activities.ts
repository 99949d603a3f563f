import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { StressedStudent } from '../stress/activities.js';
import type { ArmName } from './measure-cohort.js';

/** What figures need of the market, by symbol and date of the predictions, as Parquet. */
export interface GatheredMarket {
  readonly outcomes: FileRef;
  /** On the bars of the placebo. */
  readonly placeboOutcomes: FileRef;
  readonly exposures: FileRef;
  readonly factors: FileRef;
}

/** Predictions of a run by model, as Parquet. */
export interface GatheredPredictions {
  /** Of the teachers. */
  readonly predictions: FileRef;
  /** Of the teachers on placebo bars. */
  readonly placebo: FileRef;
  /** Of the students. */
  readonly student: FileRef;
  /** Forward predictions of the students that were compared, in the order of the students' forward rows; absent in results of earlier versions. */
  readonly variants?: FileRef;
  /** Feature importance for the teachers. */
  readonly importance: FileRef;
  /** Absent in results of earlier versions. */
  readonly market?: GatheredMarket;
  /** Figures by date of what the cohorts chose from; absent where nothing was validated, and in earlier versions. */
  readonly choiceReturns?: FileRef;
}

/** A run whose cohorts and arms were measured: what they are lies in its folder. */
export interface MeasuredRun {
  /** What the run has trained. */
  readonly index: FileRef;
  readonly ingest: FileRef;
}

/** All figures of a run. */
export interface RunFigures {
  readonly metrics: FileRef;
  readonly statTests: FileRef;
  readonly stressTests: FileRef;
  /** Absent in results of earlier versions. */
  readonly backtest?: FileRef;
}

/** Checks on the run's own bars. */
export interface ProbedBars {
  /** Report of the leakage probes. */
  readonly integrity: FileRef;
  /** Drift of the features after each cohort's windows. */
  readonly drift: FileRef;
}

/** Activities of the step validate, on queue cpu. */
export interface ValidateActivities {
  /**
   * Runs the leakage probes on the run's own bars, cohorts and predictions and writes `integrity.json`. A finding fails
   * the run as a `Bug`, without figures and without a bundle. Also measures feature drift, on the same table.
   */
  probeLeakage(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
    readonly plan: FileRef;
    /** What the run has trained; absent in requests of earlier versions. */
    readonly index?: FileRef;
    /** Cohorts were probed before, each by itself; absent in requests of earlier versions: all are probed here. */
    readonly byCohort?: true;
  }): Promise<ProbedBars>;
  /**
   * Runs the leakage probes of labels and predictions on one cohort and measures its drift, as a unit. A finding fails
   * nothing before `probeLeakage`. Null where no window of the cohort was to be trained.
   *
   * @param request `cohort`: its id.
   */
  probeCohort(request: {
    readonly config: RunConfig;
    readonly cohort: string;
    readonly ingest: FileRef;
    readonly plan: FileRef;
  }): Promise<FileRef | null>;
  /**
   * Joins the predictions and the feature importance of all units in the teach index, and writes what came after the
   * predicted rows.
   */
  gatherPredictions(request: {
    readonly config: RunConfig;
    readonly index: FileRef;
    /** Absent in requests of earlier versions. */
    readonly ingest?: FileRef;
  }): Promise<GatheredPredictions>;
  /**
   * Measures one cohort, as a unit. Null where it has no predictions.
   *
   * @param request `cohort`: its id.
   */
  measureCohort(request: {
    readonly config: RunConfig;
    readonly cohort: string;
    readonly ingest: FileRef;
  }): Promise<FileRef | null>;
  /** Measures one model on one split over all measured cohorts, with its bootstrap replicates. */
  measureArm(request: {
    readonly config: RunConfig;
    readonly arm: ArmName;
    readonly index: FileRef;
    readonly trials: number;
  }): Promise<FileRef>;
  /** Joins what was measured to every figure of the run. @param request `trials`: number of configurations that the run compares, for the deflated Sharpe ratio. */
  validateRun(
    request: GatheredPredictions &
      StressedStudent & {
        readonly config: RunConfig;
        readonly drift: FileRef;
        readonly trials: number;
        /** Absent in requests of earlier versions: everything is computed here. */
        readonly measured?: MeasuredRun;
      },
  ): Promise<RunFigures>;
}
