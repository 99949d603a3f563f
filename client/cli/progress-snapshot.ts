import type { Phase, RunStatus } from '../../data/schemas/run-status.js';
import { formatDuration } from '../../data/time/duration.js';
import type { RunProgress, UnitProgress } from '../../workflows/contract/messages.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { formatCount, plural } from './format.js';

/** A run at one moment, with what its cohorts report of themselves counted in. */
export interface Snapshot {
  readonly phase: Phase;
  /** False until the plan says how many windows there are. */
  readonly known: boolean;
  readonly windows: RunProgress['windows'];
  /**
   * Training work in windows. A cohort counts by its finished priors and shards, so that work shows
   * before the first of its windows is through.
   */
  readonly work: { readonly done: number; readonly total: number };
  /** What is being done. */
  readonly message: string;
}

/**
 * @param units What the running cohorts answered, by cohort id; a cohort that did not answer counts as
 * not begun.
 */
export function snapshotOf(progress: RunProgress, units: ReadonlyMap<string, UnitProgress>): Snapshot {
  let { succeeded, failed } = progress.windows;
  let work = 0;
  const current: string[] = [];
  for (const cohort of progress.cohorts) {
    const unit = units.get(cohort.id);
    if (cohort.state === 'done' || cohort.state === 'failed') work += cohort.windows;
    else if (cohort.state === 'running' && unit !== undefined) {
      succeeded += unit.succeeded;
      failed += unit.failed;
      work += (cohort.windows * unit.units.done) / Math.max(1, unit.units.total);
      const doing = unit.current.replace(`${cohort.id} · `, '');
      current.push(`${cohort.id.slice(0, 10)} ${doing}`);
    }
  }
  return {
    phase: progress.phase,
    known: progress.windows.planned > 0,
    windows: { ...progress.windows, succeeded, failed },
    work: { done: work, total: progress.windows.trainable },
    message: current.length > 0 ? current.join(', ') : progress.message,
  };
}

/** What a run ends with when nobody finished it: its status by its progress. */
export function statusOf(runId: string, progress: RunProgress): RunStatus {
  const { planned, succeeded, skipped, failed } = progress.windows;
  return {
    runId,
    workflowId: workflowIds.run(runId),
    phase: progress.phase,
    windows: { planned, succeeded, skipped, failed },
    skippedBy: progress.skippedBy,
    failedBy: progress.failedBy,
    students: progress.students,
    ...(progress.reuse === undefined ? {} : { reuse: progress.reuse }),
    bundle: null,
    bundleDigest: null,
    decision: 'pending',
  };
}

/** How fast it goes. */
export interface Pace {
  /** Windows a minute. */
  readonly perMinute: number | undefined;
  /** Milliseconds to the end of training. */
  readonly etaMs: number | undefined;
}

/** `312/672 windows, 28 skipped, 0 failed, 4,510/min, ETA 1m 20s`. */
export function countsText({ known, phase, windows }: Snapshot, pace: Pace): string {
  if (!known) return '';
  const parts = [
    `${formatCount(windows.succeeded)}/${plural(windows.trainable, 'window')}`,
    `${formatCount(windows.skipped)} skipped`,
    `${formatCount(windows.failed)} failed`,
  ];
  if (phase === 'teach') {
    if (pace.perMinute !== undefined) parts.push(`${formatCount(pace.perMinute)}/min`);
    if (pace.etaMs !== undefined) parts.push(`ETA ${formatDuration(pace.etaMs)}`);
  }
  return parts.join(', ');
}

/** One line for where no bar can be drawn. */
export function progressLine(snapshot: Snapshot, pace: Pace): string {
  return [snapshot.phase.padEnd(8), countsText(snapshot, pace), snapshot.message]
    .filter((part) => part !== '')
    .join(' · ');
}
