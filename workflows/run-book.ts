import { setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import type { CohortHead, PlanHead } from '../activities/plan/activities.js';
import type { TaughtCounts } from '../activities/teach/activities.js';
import type { SkipReason } from '../data/schemas/plan.js';
import type { Phase, RunStatus } from '../data/schemas/run-status.js';
import { meta } from './activities.js';
import { ErrorCounts, partSkipped } from './error-counts.js';
import type { CohortLine, RunProgress } from './messages.js';
import { runProgressQuery } from './messages.js';
import { durationText, runDetails, summaryText } from './run-details.js';
import { searchAttributes } from './search-attributes.js';

/** Lines on what went wrong. */
const MAX_NOTES = 20;

/**
 * What a run knows of itself, kept in one place and shown everywhere from it: the `progress` query, the
 * Web UI's current details, the search attributes, `status.json` and the telemetry.
 */
export class RunBook {
  private phase: Phase = 'plan';
  private message = 'checking the input';
  private head: PlanHead | undefined;
  private cohorts: CohortLine[] = [];
  private readonly failures = new ErrorCounts();
  private readonly notes: string[] = [];
  /** Windows that looked long enough at planning, but had no rows to train on. */
  private skippedInTraining = 0;
  private students = 0;
  private teachingSince: number | undefined;
  private bundle: { readonly path: string; readonly digest: string | null } | undefined;

  constructor(private readonly runId: string) {
    setHandler(runProgressQuery, () => this.progress());
    upsertSearchAttributes([
      { key: searchAttributes.run, value: runId },
      { key: searchAttributes.phase, value: this.phase },
      { key: searchAttributes.failed, value: 0 },
    ]);
    this.show();
  }

  /** Enters a phase: on every display, and on disk through an activity. */
  async enter(phase: Phase, message: string): Promise<void> {
    this.move(phase, message);
    if (phase === 'teach') this.teachingSince = Date.now();
    await meta.recordStatus.executeWithOptions({ summary: summaryText(`${phase}: ${message}`) }, [
      { status: this.status(), message },
    ]);
  }

  /** Ends a run whose input is refused: on every display, but not on disk. */
  refused(message: string): void {
    this.outcome('failed');
    this.move('failed', message);
  }

  planned(head: PlanHead): void {
    this.head = head;
    this.failures.add(head.failedBy);
    this.cohorts = head.cohorts.map((cohort) => ({
      id: cohort.id,
      state: 'waiting',
      windows: cohort.windows,
      succeeded: 0,
      failed: 0,
    }));
    upsertSearchAttributes([{ key: searchAttributes.failed, value: this.failed() }]);
    this.show();
  }

  cohortRuns(cohort: CohortHead): void {
    this.setCohort(cohort.id, { state: 'running' });
  }

  cohortEnded(cohort: CohortHead, { succeeded, failedBy: counts, notes }: TaughtCounts): void {
    const { failedBy, skipped } = partSkipped(counts);
    this.failures.add(failedBy);
    this.skippedInTraining += skipped;
    for (const note of notes)
      if (this.notes.length < MAX_NOTES && !this.notes.includes(note)) this.notes.push(note);
    const failed = total(failedBy);
    this.setCohort(cohort.id, {
      state: succeeded === 0 && failed > 0 ? 'failed' : 'done',
      succeeded,
      failed,
    });
    upsertSearchAttributes([{ key: searchAttributes.failed, value: this.failed() }]);
  }

  /** The cohorts that have a teacher at all. */
  taught(): readonly CohortHead[] {
    const taught = new Set(this.cohorts.filter((line) => line.succeeded > 0).map((line) => line.id));
    return this.head?.cohorts.filter((cohort) => taught.has(cohort.id)) ?? [];
  }

  studentTrained(): void {
    this.students += 1;
    this.show();
  }

  bundled(path: string, digest: string | null): void {
    this.bundle = { path, digest };
  }

  outcome(outcome: string): void {
    upsertSearchAttributes([{ key: searchAttributes.outcome, value: outcome }]);
  }

  /** Windows trained to the end. */
  succeeded(): number {
    return this.cohorts.reduce((sum, cohort) => sum + cohort.succeeded, 0);
  }

  /** Windows failed, those refused at planning included. */
  failed(): number {
    return this.failures.failed();
  }

  /** Failed windows over windows tried; skips count on neither side. */
  failureRate(): number {
    const tried = this.succeeded() + this.failed();
    return tried === 0 ? 0 : this.failed() / tried;
  }

  status(): RunStatus {
    const { windows, skippedBy, failedBy } = this.progress();
    return {
      runId: this.runId,
      workflowId: workflowInfo().workflowId,
      phase: this.phase,
      windows: {
        planned: windows.planned,
        succeeded: windows.succeeded,
        skipped: windows.skipped,
        failed: windows.failed,
      },
      skippedBy,
      failedBy,
      students: this.students,
      bundle: this.bundle?.path ?? null,
      bundleDigest: this.bundle?.digest ?? null,
      decision: 'pending',
    };
  }

  private move(phase: Phase, message: string): void {
    this.phase = phase;
    this.message = message;
    upsertSearchAttributes([{ key: searchAttributes.phase, value: phase }]);
    this.show();
  }

  private progress(): RunProgress {
    const skippedBy = this.skippedBy();
    return {
      phase: this.phase,
      startedAt: workflowInfo().startTime.toISOString(),
      windows: {
        planned: this.head?.planned ?? 0,
        trainable: this.head?.trainable ?? 0,
        succeeded: this.succeeded(),
        skipped: total(skippedBy),
        failed: this.failed(),
      },
      skippedBy,
      failedBy: this.failures.byType(),
      students: this.students,
      cohorts: this.cohorts,
      message: this.message,
    };
  }

  private skippedBy(): Partial<Record<SkipReason, number>> {
    const planned = this.head?.skippedBy ?? {};
    if (this.skippedInTraining === 0) return planned;
    return { ...planned, insufficient_data: (planned.insufficient_data ?? 0) + this.skippedInTraining };
  }

  private setCohort(id: string, change: Partial<CohortLine>): void {
    this.cohorts = this.cohorts.map((line) => (line.id === id ? { ...line, ...change } : line));
    this.show();
  }

  private show(): void {
    setCurrentDetails(
      runDetails(this.progress(), {
        runId: this.runId,
        eta: this.eta(),
        planned: this.head?.notes ?? [],
        training: this.notes,
        bundle: this.bundle?.path,
      }),
    );
  }

  /** From the windows taught so far; workflow time, so the same on replay. */
  private eta(): string | undefined {
    const ended = this.cohorts.reduce((sum, cohort) => sum + cohort.succeeded + cohort.failed, 0);
    const trainable = this.head?.trainable ?? 0;
    if (ended === 0 || this.teachingSince === undefined) return undefined;
    return durationText(((Date.now() - this.teachingSince) / ended) * (trainable - ended));
  }
}

function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
