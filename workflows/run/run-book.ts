import {
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { CohortHead, PlanHead } from '../../activities/plan/activities.js';
import type { Phase, RunStatus } from '../../data/schemas/run-status.js';
import type { CohortResult } from '../contract/cohort.js';
import type { CohortLine } from '../contract/messages.js';
import { runProgressQuery } from '../contract/messages.js';
import type { TrainQueue } from '../contract/profiles.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { meta } from '../shared/activities.js';
import { summaryText } from '../shared/markdown.js';
import type { BookState, CohortEntry } from './book-state.js';
import { cohortsWhere, endedCohort, newBook, waitingCohort } from './book-state.js';
import {
  failedWindows,
  failureRate,
  runProgress,
  runStatus,
  shownMessage,
  shownPhase,
  timeLeftForTraining,
} from './book-views.js';
import { runDetails } from './run-details.js';

/** Most lines about failures. */
const MAX_NOTES = 20;

/**
 * The state of a run, and everything that shows it: the `progress` query, the Web UI's current details, the
 * search attributes, `status.json` and the telemetry.
 */
export class RunBook {
  private state: BookState;
  private recording: Promise<void> | undefined;
  /** Status of the run when it was last done, if nothing has changed since. */
  private before: RunStatus | undefined;
  private cancelReason: string | undefined;
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

  /** Plain JSON, to be carried over a continue-as-new. */
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

  /** Ends a run whose input was refused: shown everywhere, but not recorded. */
  refused(message: string): void {
    this.outcome('failed');
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

  /** Cohorts in one of these states, in the plan's order. */
  cohortsIn(...states: readonly CohortLine['state'][]): readonly CohortHead[] {
    return cohortsWhere(this.state, ({ state }) => states.includes(state));
  }

  /** Cohorts that have ended with failed windows. */
  cohortsWithFailures(): readonly CohortHead[] {
    return cohortsWhere(this.state, ({ state, failed }) => failed > 0 && ['done', 'failed'].includes(state));
  }

  /** Failed windows of these cohorts. */
  failedIn(cohorts: readonly CohortHead[]): number {
    const ids = new Set(cohorts.map(({ id }) => id));
    return this.state.cohorts.reduce((sum, { id, failed }) => sum + (ids.has(id) ? failed : 0), 0);
  }

  /** Those of the given cohorts in which no window was trained. */
  untaughtOf(cohorts: readonly CohortHead[]): readonly CohortHead[] {
    const taught = new Set(this.taught().map(({ id }) => id));
    return cohorts.filter(({ id }) => !taught.has(id));
  }

  /** The queue a cohort was trained on, if it is not the run's own. */
  queueOf({ id }: CohortHead): TrainQueue | undefined {
    return this.state.cohorts.find((entry) => entry.id === id)?.trainQueue;
  }

  /** The queue to which a cohort has moved, if one has. */
  movedTo(): TrainQueue | undefined {
    return this.state.trainQueue;
  }

  /** The cohorts in which at least one window was trained. */
  taught(): readonly CohortHead[] {
    return cohortsWhere(this.state, ({ succeeded }) => succeeded > 0);
  }

  studentsTrained(): number {
    return this.state.students;
  }

  studentTrained(): void {
    this.change({ students: this.state.students + 1 });
  }

  bundled(bundle: string, bundleDigest: string | null): void {
    this.bundle = { bundle, bundleDigest };
  }

  /** Nothing has changed since the run was last done: its windows and its bundle are still valid. */
  stands(before: RunStatus): void {
    this.before = before;
    this.bundled(before.bundle ?? '', before.bundleDigest);
    for (const cohort of this.cohortsIn('waiting'))
      this.setCohort(
        endedCohort(cohort, { succeeded: cohort.windows, reused: cohort.windows, failedBy: {}, notes: [] }),
      );
    this.change({ students: before.students });
  }

  /** Keeps an operator's reason for cancelling the run. */
  cancelledFor(reason: string): void {
    this.cancelReason = reason;
  }

  outcome(outcome: string): void {
    upsertSearchAttributes([{ key: searchAttributes.outcome, value: outcome }]);
  }

  failureRate(): number {
    return failureRate(this.state);
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
    const status = this.status();
    const message = this.message();
    const before = this.recording;
    const recording = (async () => {
      if (before !== undefined) await afterTurnOf(before);
      await meta.recordStatus.executeWithOptions({ summary: summaryText(`${status.phase}: ${message}`) }, [
        { status, message },
      ]);
    })();
    this.recording = recording;
    try {
      await recording;
    } finally {
      if (this.recording === recording) this.recording = undefined;
    }
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
      }),
    );
  }
}

/** Two records at once could reach the disk in the wrong order. */
async function afterTurnOf(recording: Promise<void>): Promise<void> {
  // Runs of earlier versions keep recording at once.
  if (!patched('record-status-in-turn')) return;
  await recording.catch(() => undefined);
}
