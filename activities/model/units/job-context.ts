import type { Home } from '../../../data/store/home.js';
import type { CohortBars } from '../../market/cohort-bars.js';
import type { Arm, FeatureTable } from '../../market/feature-table.js';
import type { TrainerJob, TrainerProgress } from '../jobs.js';

/** What the process that runs a job gives it. The job itself knows no clock, no process and no backend. */
export interface JobContext {
  readonly home: Home;
  /** Id of the tensor backend, part of every unit's key. */
  readonly backend: string;
  /** Digest of the modules that the trainer reaches, part of every unit's key. */
  readonly codeVersion: string;
  /** Features of the run's universe, kept between jobs. */
  loadTable(job: Pick<TrainerJob, 'ingest' | 'config'>, arm: Arm): Promise<FeatureTable>;
  /** Digests of the bars that a job's cohort is made from, part of its units' keys. */
  cohortBars(job: Pick<TrainerJob, 'ingest' | 'config' | 'cohort'>): Promise<CohortBars>;
  /** Memory that a batch of windows may take, in bytes. No result depends on it. */
  readonly batchBytes: number;
  /** Tells of a step that is done. */
  progress(progress: TrainerProgress): void;
  readonly pace: Pace;
}

/** When a job lets others in, saves and stops; decided outside, so that it cannot touch the result. */
export interface Pace {
  /** Lets waiting messages and signals in. Called at every step. */
  breathe(): Promise<void>;
  /** True once the job is told to stop: it saves its state and throws `Cancelled`. */
  stopping(): boolean;
  /** True when enough work was done since the last save. */
  saveDue(): boolean;
  /** Told after every save. */
  saved(): void;
}
