import { executeChild, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';

import type { RunStatus } from '../data/schemas/run-status.js';
import { workflowIds } from './contract/messages.js';
import { PRIORITY, priorityOf } from './contract/profiles.js';
import { artifact, meta } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { markdown } from './shared/markdown.js';
import { trainUniverse } from './train-universe.js';

/** Input of a scheduled run. */
export interface ScheduledRequest {
  /** The schedule's name. */
  readonly schedule: string;
  /** A RunInput without run id and end date, which come from the time. */
  readonly input: unknown;
  /** Whether the champion scores the newest bars when the run has ended; absent in requests of earlier versions. */
  readonly score?: boolean;
}

/** A start this long after its scheduled time is a backfill. */
const BACKFILL_AFTER_MS = 3 * 3_600_000;

/**
 * Started by a schedule: starts the run that is due, or nothing if no session has ended since the last run. It
 * lives as long as its run, so that the schedule skips the next one while this one runs. Then the champion scores the
 * bars that the run has brought, if that is wanted, even where the run itself failed.
 *
 * @returns The run's status; null if nothing was due.
 * @throws ApplicationFailure like the run itself.
 */
export async function scheduledRun({ schedule, input, score }: ScheduledRequest): Promise<RunStatus | null> {
  const { startTime } = workflowInfo();
  const at = dueTime();
  const due = await meta.dueRun
    .executeWithOptions({ summary: 'which run is due' }, [{ schedule, input, at: at.toISOString() }])
    .catch((error: unknown) => {
      throw asWorkflowFailure(error);
    });
  const { runId } = due;
  if (runId === null) {
    setCurrentDetails(markdown([`Nothing to do: ${due.why}.`]));
    return null;
  }
  setCurrentDetails(markdown([`Run **${runId}**, on ${due.why}.`]));
  const late = startTime.getTime() - at.getTime() > BACKFILL_AFTER_MS;
  const run = executeChild(trainUniverse, {
    workflowId: workflowIds.run(runId),
    args: [due.input],
    staticSummary: `${schedule} · ${due.why}`.slice(0, 190),
    // If this is cancelled or terminated, the run is cancelled and its trainers write their checkpoints.
    parentClosePolicy: 'REQUEST_CANCEL',
    priority: priorityOf(runId, late ? PRIORITY.backfill : PRIORITY.scheduled),
  });
  if (score !== true) return run;
  const ended = await run.then(
    (status) => ({ status }),
    (error: unknown) => {
      if (isCancellation(error)) throw error;
      return { error };
    },
  );
  await scoreChampion(runId);
  if ('error' in ended) throw ended.error;
  return ended.status;
}

/** Lets the champion score the newest bars. */
async function scoreChampion(runId: string): Promise<void> {
  const scores = await artifact.scoreChampion
    .executeWithOptions({ summary: 'the champion on the newest bars' }, [])
    .catch((error: unknown) => {
      throw asWorkflowFailure(error);
    });
  setCurrentDetails(
    markdown([
      `Run **${runId}**.`,
      scores === null
        ? 'No champion yet: nothing was scored.'
        : `Champion **${scores.run}** scored ${scores.scored} of ${scores.rows} symbols at ${scores.date}.`,
    ]),
  );
}

/** The scheduled time, which the server sets as a search attribute; the start time without a schedule. */
function dueTime(): Date {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the typed attributes hold the project's own only
  const [scheduled] = workflowInfo().searchAttributes['TemporalScheduledStartTime'] ?? [];
  return scheduled instanceof Date ? scheduled : workflowInfo().startTime;
}
