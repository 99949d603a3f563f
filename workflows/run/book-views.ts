import type { SkipReason } from '../../data/schemas/plan.js';
import type { Phase, RunStatus } from '../../data/schemas/run-status.js';
import type { RunProgress } from '../contract/messages.js';
import { ErrorCounts } from '../shared/error-counts.js';
import { total } from '../../data/telemetry/sum-counts.js';
import { formatDuration } from '../../data/time/duration.js';
import type { BookState } from './book-state.js';
import { reuseOf } from './reuse-of.js';

/** The phase to show: `paused`, or the run's step. */
export function shownPhase({ phase, paused }: BookState): Phase {
  return paused === null ? phase : 'paused';
}

/** What the run is doing or what went wrong, in one sentence. */
export function shownMessage({ paused, phase, message }: BookState): string {
  return paused === null ? message : `paused in ${phase}${paused === '' ? '' : ` (${paused})`}: ${message}`;
}

/** Answer of the `progress` query. */
export function runProgress(state: BookState): RunProgress {
  const { head, startedAt, students, cohorts } = state;
  const skippedBy = skippedByReason(state);
  return {
    phase: shownPhase(state),
    startedAt,
    windows: {
      planned: head?.planned ?? 0,
      trainable: head?.trainable ?? 0,
      succeeded: succeededWindows(state),
      skipped: total(skippedBy),
      failed: failedWindows(state),
    },
    skippedBy,
    failedBy: failures(state).byType(),
    students,
    cohorts: cohorts.map(({ failedBy: _, skipped: __, ...line }) => line),
    ...(head === null ? {} : { reuse: reuseOf(cohorts, head.changes ?? []) }),
    message: shownMessage(state),
    notices: head?.notices ?? [],
  };
}

/** The run as in `status.json` and in its result. */
export function runStatus(
  state: BookState,
  ids: Pick<RunStatus, 'runId' | 'workflowId'>,
  bundle: Pick<RunStatus, 'bundle' | 'bundleDigest'>,
): RunStatus {
  const { phase, windows, skippedBy, failedBy, students, reuse } = runProgress(state);
  const { planned, succeeded, skipped, failed } = windows;
  return {
    runId: ids.runId,
    workflowId: ids.workflowId,
    phase,
    windows: { planned, succeeded, skipped, failed },
    skippedBy,
    failedBy,
    students,
    bundle: bundle.bundle,
    bundleDigest: bundle.bundleDigest,
    ...(reuse === undefined ? {} : { reuse }),
    decision: 'pending',
  };
}

/** Failed windows, including those refused at planning. */
export function failedWindows(state: BookState): number {
  return failures(state).failed();
}

/** Share of failed windows; skipped ones do not count. */
export function failureRate(state: BookState): number {
  const failed = failedWindows(state);
  const tried = succeededWindows(state) + failed;
  return tried === 0 ? 0 : failed / tried;
}

/**
 * Time left for training, in words, from the windows that have ended so far; undefined if it is not known yet.
 *
 * @param now Workflow time in milliseconds, which is the same on replay.
 */
export function timeLeftForTraining(
  { cohorts, head, teachingSince }: BookState,
  now: number,
): string | undefined {
  const ended = cohorts.reduce((sum, cohort) => sum + cohort.succeeded + cohort.failed, 0);
  if (ended === 0 || teachingSince === null) return undefined;
  return formatDuration(((now - teachingSince) / ended) * ((head?.trainable ?? 0) - ended));
}

function succeededWindows({ cohorts }: BookState): number {
  return cohorts.reduce((sum, cohort) => sum + cohort.succeeded, 0);
}

function failures({ head, cohorts }: BookState): ErrorCounts {
  const counts = new ErrorCounts();
  counts.add(head?.failedBy ?? {});
  for (const { failedBy } of cohorts) counts.add(failedBy);
  return counts;
}

function skippedByReason({ head, cohorts }: BookState): Partial<Record<SkipReason, number>> {
  const planned = head?.skippedBy ?? {};
  const inTraining = cohorts.reduce((sum, { skipped }) => sum + skipped, 0);
  if (inTraining === 0) return planned;
  return { ...planned, insufficient_data: (planned.insufficient_data ?? 0) + inTraining };
}
