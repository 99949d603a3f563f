import { setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import type { Advice } from '../../activities/audit/activities.js';
import type { CohortHead, PlanHead } from '../../activities/plan/activities.js';
import type { Phase, RunStatus } from '../../data/schemas/run-status.js';
import type { CohortResult } from '../contract/cohort.js';
import { runProgressQuery } from '../contract/messages.js';
import type { TrainQueue } from '../contract/profiles.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { cohortsIn } from './book-cohorts.js';
import type { BookState, CohortEntry } from './book-state.js';
import { endedCohort, newBook, waitingCohort } from './book-state.js';
import {
  failedWindows,
  runProgress,
  runStatus,
  shownMessage,
  shownPhase,
  timeLeftForTraining,
} from './book-views.js';
import { runDetails } from './run-details.js';
import { StatusRecorder } from './status-recorder.js';

/** Most lines about failures. */
const MAX_NOTES = 20;

/**
 * The state of a run, and everything that shows it: the `progress` query, the Web UI's current details, the
 * search attributes, `status.json` and the telemetry.
 */
export class RunBook {
  private state: BookState;
  private readonly recorder = new StatusRecorder();
  /** Status of the run when it was last done, if nothing has changed since. */
  private before: RunStatus | undefined;
  private cancelReason: string | undefined;
  private advice: Advice | undefined;
  private bundle: Pick<RunStatus, 'bundle' | 'bundleDigest'> = { bundle: null, bundleDigest: null };

  /** @param carried State before a continue-as-new. */
  constructor(
    private readonly runId: string,
    carried?: BookState,
  ) {
    this.state = carried ?? newBook(workflowInfo().startTime);
    setHandler(runProgressQuery, () => runProgress(this.state));
    upsertSearchAttributes([
      { key: searchAttributes.run, value: runId },
      { key: searchAttributes.phase, value: this.phase() },
      { key: searchAttributes.failed, value: failedWindows(this.state) },
    ]);
    this.show();
  }

  /** The state now, as plain JSON: to look things up in, and to carry over a continue-as-new. */
  snapshot(): BookState {
    return this.state;
  }

  /** The phase to show: `paused`, or the run's step. */
  phase(): Phase {
    return shownPhase(this.state);
  }

  /** The run's step, paused or not. */
  step(): Phase {
    return this.state.phase;
  }

  message(): string {
    return shownMessage(this.state);
  }

  /** Enters a phase: shown everywhere, and recorded by an activity. */
  async enter(phase: Phase, message: string): Promise<void> {
    const ended = ['done', 'failed', 'cancelled'].includes(phase);
    this.change({
      phase,
      message,
      ...(phase === 'teach' ? { teachingSince: Date.now() } : {}),
      // A run that has ended is not paused.
      ...(ended ? { paused: null } : {}),
    });
    await this.record();
  }

  /** Ends a run: shown everywhere, and recorded by an activity. */
  async end(phase: 'done' | 'failed' | 'cancelled', message: string): Promise<void> {
    this.showOutcome(phase);
    await this.enter(phase, message);
  }

  /** Ends a run whose input was refused: shown everywhere, but not recorded. */
  refused(message: string): void {
    this.showOutcome('failed');
    this.change({ phase: 'failed', message, paused: null });
    upsertSearchAttributes([{ key: searchAttributes.phase, value: 'failed' }]);
  }

  /** Shows at once that an operator paused the run, and why, or that it continues (null). */
  pause(reason: string | null): void {
    this.change({ paused: reason });
  }

  planned(head: PlanHead): void {
    this.change({ head, cohorts: head.cohorts.map((cohort) => waitingCohort(cohort)) });
    this.showFailed();
  }

  cohortRuns({ id }: CohortHead): void {
    this.change({
      cohorts: this.state.cohorts.map((entry) => (entry.id === id ? { ...entry, state: 'running' } : entry)),
    });
  }

  /** @param moved The queue that the cohort was trained on, if it is not the run's own. */
  cohortEnded(cohort: CohortHead, counts: CohortResult, moved?: TrainQueue): void {
    const queue = moved === undefined ? {} : { trainQueue: moved };
    this.setCohort({ ...endedCohort(cohort, counts), ...queue });
    this.change(queue);
    const all = [...new Set([...this.state.notes, ...counts.notes])];
    this.change({ notes: all.slice(0, MAX_NOTES) });
    this.showFailed();
  }

  /** A cohort is to be trained again: its counts start from zero. */
  cohortRetried(cohort: CohortHead): void {
    this.setCohort(waitingCohort(cohort));
    this.change({ notes: this.state.notes.filter((note) => !note.startsWith(cohort.id)) });
    this.showFailed();
  }

  studentTrained(): void {
    this.change({ students: this.state.students + 1 });
  }

  /** What the figures need of a cohort is known. */
  cohortMeasured({ id }: CohortHead): void {
    const entry = this.state.cohorts.find((one) => one.id === id);
    if (entry !== undefined) this.setCohort({ ...entry, measured: true });
  }

  /** @param advice What the briefing recommends; undefined without a bundle, and of earlier versions. */
  bundled(bundle: string, bundleDigest: string | null, advice?: Advice): void {
    this.bundle = { bundle, bundleDigest };
    this.advice = advice;
  }

  /** Nothing has changed since the run was last done: its windows and its bundle are still valid. */
  stands(before: RunStatus): void {
    this.before = before;
    this.bundled(before.bundle ?? '', before.bundleDigest);
    for (const cohort of cohortsIn(this.state, 'waiting'))
      this.setCohort(
        endedCohort(cohort, { succeeded: cohort.windows, reused: cohort.windows, failedBy: {}, notes: [] }),
      );
    this.change({ students: before.students });
  }

  /** Keeps an operator's reason for cancelling the run. */
  cancelledFor(reason: string): void {
    this.cancelReason = reason;
  }

  status(): RunStatus {
    const { workflowId } = workflowInfo();
    const status = runStatus(this.state, { runId: this.runId, workflowId }, this.bundle);
    if (this.before !== undefined) {
      const { windows, skippedBy, failedBy, students } = this.before;
      return { ...status, windows, skippedBy, failedBy, students, unchanged: true };
    }
    return this.cancelReason === undefined ? status : { ...status, cancelReason: this.cancelReason };
  }

  /** Records the status: in the search attributes, and on disk by an activity. */
  async record(): Promise<void> {
    upsertSearchAttributes([{ key: searchAttributes.phase, value: this.phase() }]);
    await this.recorder.record(this.status(), this.message());
  }

  private showOutcome(outcome: string): void {
    upsertSearchAttributes([{ key: searchAttributes.outcome, value: outcome }]);
  }

  private showFailed(): void {
    upsertSearchAttributes([{ key: searchAttributes.failed, value: failedWindows(this.state) }]);
  }

  private setCohort(entry: CohortEntry): void {
    this.change({ cohorts: this.state.cohorts.map((one) => (one.id === entry.id ? entry : one)) });
  }

  private change(change: Partial<BookState>): void {
    this.state = { ...this.state, ...change };
    this.show();
  }

  private show(): void {
    const { head, notes } = this.state;
    setCurrentDetails(
      runDetails(runProgress(this.state), {
        runId: this.runId,
        eta: timeLeftForTraining(this.state, Date.now()),
        planned: head?.notes ?? [],
        training: notes,
        bundle: this.bundle.bundle ?? undefined,
        advice: this.advice,
      }),
    );
  }
}
