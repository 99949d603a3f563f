import { executeChild, setCurrentDetails, workflowInfo } from '@temporalio/workflow';

import type { RunStatus } from '../data/schemas/run-status.js';
import { workflowIds } from './contract/messages.js';
import { PRIORITY } from './contract/profiles.js';
import { meta } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { markdown } from './shared/markdown.js';
import { trainUniverse } from './train-universe.js';

/** What a schedule starts. */
export interface ScheduledRequest {
  /** The schedule's name. */
  readonly schedule: string;
  /** A RunInput without run id and end: those come from the time. */
  readonly input: unknown;
}

/** A start this long after its time was asked for by a backfill. */
const BACKFILL_AFTER_MS = 3 * 3_600_000;

/**
 * What a schedule starts at its time: the run that is due then, or nothing where no session has passed since
 * the last one. It lives as long as its run, so that the next one is skipped while this one runs.
 *
 * @returns The run's status; null where nothing was due.
 * @throws ApplicationFailure as the run itself.
 */
export async function scheduledRun({ schedule, input }: ScheduledRequest): Promise<RunStatus | null> {
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
  return executeChild(trainUniverse, {
    workflowId: workflowIds.run(runId),
    args: [due.input],
    staticSummary: `${schedule} · ${due.why}`.slice(0, 190),
    // The run ends in order when this is cancelled or terminated: its trainers write their checkpoints.
    parentClosePolicy: 'REQUEST_CANCEL',
    priority: { priorityKey: late ? PRIORITY.backfill : PRIORITY.scheduled },
  });
}

/** When the schedule was due, which the server writes on what it starts; now where nobody did. */
function dueTime(): Date {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the typed attributes hold the project's own only
  const [scheduled] = workflowInfo().searchAttributes['TemporalScheduledStartTime'] ?? [];
  return scheduled instanceof Date ? scheduled : workflowInfo().startTime;
}
