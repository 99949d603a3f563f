import { setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import type { CohortHead, PlanHead } from '../activities/plan/activities.js';
import type { TaughtCounts } from '../activities/teach/activities.js';
import type { ErrorType } from '../data/errors.js';
import type { SkipReason } from '../data/schemas/plan.js';
import type { Phase, RunStatus } from '../data/schemas/run-status.js';
import { meta } from './activities.js';
import { ErrorCounts, partSkipped } from './error-counts.js';
import type { CohortLine, RunProgress } from './messages.js';
import { runProgressQuery } from './messages.js';
import { reuseOf } from './reuse-of.js';
import { durationText, runDetails, summaryText } from './run-details.js';
import { searchAttributes } from './search-attributes.js';

/** Lines on what went wrong. */
const MAX_NOTES = 20;

/** A cohort with what the run must know of it to count it again. */
interface CohortEntry extends CohortLine {
  readonly failedBy: Partial<Record<ErrorType, number>>;
  /** Windows that looked long enough at planning, but had no rows to train on. */
  readonly skipped: number;
}

/** What a run knows of itself, as plain JSON: carried over continue-as-new. */
export interface BookState {
  readonly phase: Phase;
  readonly message: string;
  readonly startedAt: string;
  readonly head: PlanHead | null;
  readonly cohorts: readonly CohortEntry[];
  readonly notes: readonly string[];
  readonly students: number;
  readonly teachingSince: number | null;
  /** Why an operator paused the run; null: it is not paused. */
  readonly paused: string | null;
}

/**
 * What a run knows of itself, kept in one place and shown everywhere from it: the `progress` query, the
 * Web UI's current details, the search attributes, `status.json` and the telemetry.
 */
export class RunBook {
  private state: BookState;
  private bundle: { readonly path: string; readonly digest: string | null } | undefined;

  /** @param carried State of the run before it was continued as new. */
  constructor(
    private readonly runId: string,
    carried?: BookState,
  ) {
    this.state = carried ?? {
      phase: 'plan',
      message: 'checking the input',
      startedAt: workflowInfo().startTime.toISOString(),
      head: null,
      cohorts: [],
      notes: [],
      students: 0,
      teachingSince: null,
      paused: null,
    };
    setHandler(runProgressQuery, () => this.progress());
    upsertSearchAttributes([
      { key: searchAttributes.run, value: runId },
      { key: searchAttributes.phase, value: this.phase() },
      { key: searchAttributes.failed, value: this.failed() },
    ]);
    this.show();
  }

  /** As plain JSON, for the execution that goes on. */
  snapshot(): BookState {
    return this.state;
  }

  /** What the run shows: `paused`, or the step that it is in. */
  phase(): Phase {
    return this.state.paused === null ? this.state.phase : 'paused';
  }

  /** The step that the run is in, paused or not. */
  step(): Phase {
    return this.state.phase;
  }

  message(): string {
    const { paused, phase, message } = this.state;
    return paused === null ? message : `paused in ${phase}${paused === '' ? '' : ` (${paused})`}: ${message}`;
  }

  /** Enters a phase: on every display, and on disk through an activity. */
  async enter(phase: Phase, message: string): Promise<void> {
    const ended = ['done', 'failed', 'cancelled'].includes(phase);
    this.change({
      phase,
      message,
      ...(phase === 'teach' ? { teachingSince: Date.now() } : {}),
      // A run that has ended waits for nobody.
      ...(ended ? { paused: null } : {}),
    });
    await this.publish();
  }

  /** Ends a run whose input is refused: on every display, but not on disk. */
  refused(message: string): void {
    this.outcome('failed');
    this.change({ phase: 'failed', message, paused: null });
    upsertSearchAttributes([{ key: searchAttributes.phase, value: 'failed' }]);
  }

  /** Shows and records that an operator paused the run, with the reason given, or let it go on (null). */
  async pause(reason: string | null): Promise<void> {
    this.change({ paused: reason });
    await this.publish();
  }

  planned(head: PlanHead): void {
    this.change({
      head,
      cohorts: head.cohorts.map(({ id, windows }) => ({
        id,
        state: 'waiting',
        windows,
        succeeded: 0,
        failed: 0,
        failedBy: {},
        skipped: 0,
      })),
    });
    upsertSearchAttributes([{ key: searchAttributes.failed, value: this.failed() }]);
  }

  cohortRuns(cohort: CohortHead): void {
    this.setCohort(cohort.id, { state: 'running' });
  }

  cohortEnded(cohort: CohortHead, { succeeded, reused = 0, failedBy: counts, notes }: TaughtCounts): void {
    const { failedBy, skipped } = partSkipped(counts);
    const failed = total(failedBy);
    this.setCohort(cohort.id, {
      state: succeeded === 0 && failed > 0 ? 'failed' : 'done',
      succeeded,
      failed,
      failedBy,
      skipped,
      reused,
    });
    const all = [...new Set([...this.state.notes, ...notes])];
    this.change({ notes: all.slice(0, MAX_NOTES) });
    upsertSearchAttributes([{ key: searchAttributes.failed, value: this.failed() }]);
  }

  /** A cohort is to be taught once more: what it counted is counted again then. */
  cohortAgain(cohort: CohortHead): void {
    this.setCohort(cohort.id, {
      state: 'waiting',
      succeeded: 0,
      failed: 0,
      failedBy: {},
      skipped: 0,
      reused: 0,
    });
    this.change({ notes: this.state.notes.filter((note) => !note.startsWith(cohort.id)) });
    upsertSearchAttributes([{ key: searchAttributes.failed, value: this.failed() }]);
  }

  /** Cohorts in one of these states, in the plan's order. */
  cohortsIn(...states: readonly CohortLine['state'][]): readonly CohortHead[] {
    const wanted = new Set(
      this.state.cohorts.filter((line) => states.includes(line.state)).map(({ id }) => id),
    );
    return this.state.head?.cohorts.filter(({ id }) => wanted.has(id)) ?? [];
  }

  /** Cohorts that have ended with failed windows. */
  cohortsWithFailures(): readonly CohortHead[] {
    const failed = new Set(this.state.cohorts.filter((line) => line.failed > 0).map(({ id }) => id));
    return this.cohortsIn('done', 'failed').filter(({ id }) => failed.has(id));
  }

  /** Failed windows of these cohorts. */
  failedIn(cohorts: readonly CohortHead[]): number {
    const ids = new Set(cohorts.map(({ id }) => id));
    return this.state.cohorts.reduce((sum, { id, failed }) => sum + (ids.has(id) ? failed : 0), 0);
  }

  /** The cohorts that have a teacher at all. */
  taught(): readonly CohortHead[] {
    const taught = new Set(this.state.cohorts.filter((line) => line.succeeded > 0).map((line) => line.id));
    return this.state.head?.cohorts.filter((cohort) => taught.has(cohort.id)) ?? [];
  }

  studentsTrained(): number {
    return this.state.students;
  }

  studentTrained(): void {
    this.change({ students: this.state.students + 1 });
  }

  bundled(path: string, digest: string | null): void {
    this.bundle = { path, digest };
  }

  outcome(outcome: string): void {
    upsertSearchAttributes([{ key: searchAttributes.outcome, value: outcome }]);
  }

  /** Failed windows over windows tried; skips count on neither side. */
  failureRate(): number {
    const tried = this.succeeded() + this.failed();
    return tried === 0 ? 0 : this.failed() / tried;
  }

  status(): RunStatus {
    const { phase, windows, skippedBy, failedBy, students, reuse } = this.progress();
    return {
      runId: this.runId,
      workflowId: workflowInfo().workflowId,
      phase,
      windows: {
        planned: windows.planned,
        succeeded: windows.succeeded,
        skipped: windows.skipped,
        failed: windows.failed,
      },
      skippedBy,
      failedBy,
      students,
      bundle: this.bundle?.path ?? null,
      bundleDigest: this.bundle?.digest ?? null,
      ...(reuse === undefined ? {} : { reuse }),
      decision: 'pending',
    };
  }

  private async publish(): Promise<void> {
    upsertSearchAttributes([{ key: searchAttributes.phase, value: this.phase() }]);
    const message = this.message();
    await meta.recordStatus.executeWithOptions({ summary: summaryText(`${this.phase()}: ${message}`) }, [
      { status: this.status(), message },
    ]);
  }

  private progress(): RunProgress {
    const { head, startedAt, students } = this.state;
    const skippedBy = this.skippedBy();
    return {
      phase: this.phase(),
      startedAt,
      windows: {
        planned: head?.planned ?? 0,
        trainable: head?.trainable ?? 0,
        succeeded: this.succeeded(),
        skipped: total(skippedBy),
        failed: this.failed(),
      },
      skippedBy,
      failedBy: this.failures().byType(),
      students,
      cohorts: this.state.cohorts.map(({ failedBy: _, skipped: __, ...line }) => line),
      ...(head === null ? {} : { reuse: reuseOf(this.state.cohorts, head.changes ?? []) }),
      message: this.message(),
      notices: head?.notices ?? [],
    };
  }

  private succeeded(): number {
    return this.state.cohorts.reduce((sum, cohort) => sum + cohort.succeeded, 0);
  }

  /** Windows failed, those refused at planning included. */
  private failed(): number {
    return this.failures().failed();
  }

  private failures(): ErrorCounts {
    const counts = new ErrorCounts();
    counts.add(this.state.head?.failedBy ?? {});
    for (const { failedBy } of this.state.cohorts) counts.add(failedBy);
    return counts;
  }

  private skippedBy(): Partial<Record<SkipReason, number>> {
    const planned = this.state.head?.skippedBy ?? {};
    const inTraining = this.state.cohorts.reduce((sum, { skipped }) => sum + skipped, 0);
    if (inTraining === 0) return planned;
    return { ...planned, insufficient_data: (planned.insufficient_data ?? 0) + inTraining };
  }

  private setCohort(id: string, change: Partial<CohortEntry>): void {
    this.change({
      cohorts: this.state.cohorts.map((line) => (line.id === id ? { ...line, ...change } : line)),
    });
  }

  private change(change: Partial<BookState>): void {
    this.state = { ...this.state, ...change };
    this.show();
  }

  private show(): void {
    const { head, notes } = this.state;
    setCurrentDetails(
      runDetails(this.progress(), {
        runId: this.runId,
        eta: this.eta(),
        planned: head?.notes ?? [],
        training: notes,
        bundle: this.bundle?.path,
      }),
    );
  }

  /** From the windows taught so far; workflow time, so the same on replay. */
  private eta(): string | undefined {
    const { cohorts, head, teachingSince } = this.state;
    const ended = cohorts.reduce((sum, cohort) => sum + cohort.succeeded + cohort.failed, 0);
    if (ended === 0 || teachingSince === null) return undefined;
    return durationText(((Date.now() - teachingSince) / ended) * ((head?.trainable ?? 0) - ended));
  }
}

function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
