import type { Home } from '../../../data/store/home.js';
import type { CohortBars } from '../../market/cohort-bars.js';
import type { Arm, FeatureTable } from '../../market/feature-table.js';
import type { UsedBars } from '../../market/load-feature-table.js';
import type { TrainerJob, TrainerProgress } from '../jobs.js';

/** What a job gets from the process that runs it. The job itself does not know clock, process or backend. */
export interface JobContext {
  readonly home: Home;
  /** Id of the tensor backend, part of every unit's key. */
  readonly backend: string;
  /** Digest of the modules that the trainer imports, part of every unit's key. */
  readonly codeVersion: string;
  /**
   * Features of the run's universe, cached between jobs.
   *
   * @param onStep Called often while they are computed; what it throws ends that.
   */
  loadTable(
    job: Pick<TrainerJob, 'ingest' | 'config'>,
    arm: Arm,
    onStep: () => Promise<void>,
  ): Promise<FeatureTable>;
  /** The adjusted bars that the run may use. */
  loadBars(job: Pick<TrainerJob, 'ingest' | 'config'>): Promise<UsedBars>;
  /** Digests of the bars that a job's cohort depends on, part of its units' keys. */
  cohortBars(job: Pick<TrainerJob, 'ingest' | 'config' | 'cohort'>): Promise<CohortBars>;
  /** Memory that a batch of windows may use, in bytes. Results do not depend on it. */
  readonly batchBytes: number;
  /** Set where units are trained only to be compared: none is taken from other runs, nor shared with them. */
  readonly alone?: true;
  /** Reports a finished step. */
  progress(progress: TrainerProgress): void;
  readonly pace: Pace;
}

/** When a job handles messages, saves and stops. Decided outside the job, so that it cannot change the result. */
export interface Pace {
  /** Lets the process handle waiting messages and signals. Called at every step. */
  yieldToEvents(): Promise<void>;
  /** True once the job must stop: it saves its state and throws `Cancelled`. */
  stopping(): boolean;
  /** True when enough work was done since the last save. */
  saveDue(): boolean;
  /** Called after every save. */
  saved(): void;
}
