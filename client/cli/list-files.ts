import { stat } from 'node:fs/promises';

import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Home } from '../../data/store/home.js';
import { runsInHome } from '../../data/store/runs-in-home.js';
import { readStatusFile } from '../runs/run-files.js';
import type { ListedRun } from '../dashboard/contract/runs.js';
import { withDecisions } from './find-decision.js';
import { recommendationOf } from './recommendation.js';
import { workflowIds } from '../../workflows/contract/messages.js';

/** The status files of a home's runs, by run, each with its decision. */
export async function statusFiles(home: Home): Promise<Map<string, RunStatus>> {
  const found = new Map<string, RunStatus>();
  for (const runId of await runsInHome(home)) {
    // One that is damaged is passed over: the others are to be seen.
    const status = await readStatusFile(home, runId).catch(() => undefined);
    if (status !== undefined) found.set(runId, status);
  }
  const decided = await withDecisions(home, [...found.values()]);
  return new Map(decided.map((status) => [status.runId, status]));
}

/** A run as its files have it. */
export async function listedFromFiles(home: Home, status: RunStatus): Promise<ListedRun> {
  const { runId, phase, windows, decision, cancelReason } = status;
  const state = STATES[phase];
  const written = await timeOf(home.status(runId));
  // The input is written whenever the run starts.
  const started = await timeOf(home.runInput(runId));
  return {
    runId,
    workflowId: workflowIds.run(runId),
    state: state ?? 'unknown',
    phase,
    failedWindows: windows.failed,
    decision: phase === 'done' ? decision : null,
    ...approvalOf(status),
    recommendation: (await recommendationOf(status))?.recommendation ?? null,
    ...(cancelReason === undefined ? {} : { reason: cancelReason }),
    startedAt: (started ?? written ?? new Date(0)).toISOString(),
    endedAt: state === undefined ? null : (written?.toISOString() ?? null),
  };
}

/** How the server calls a run that ended so. */
const STATES: Readonly<Partial<Record<RunStatus['phase'], string>>> = {
  done: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** What a list says of a run's approval beyond its decision. */
export function approvalOf({
  override,
  shadow,
}: Partial<Pick<RunStatus, 'override' | 'shadow'>>): Pick<ListedRun, 'override' | 'shadow'> {
  return {
    ...(override === undefined ? {} : { override }),
    ...(shadow === undefined ? {} : { shadow }),
  };
}

async function timeOf(file: string): Promise<Date | undefined> {
  return (await stat(file).catch(() => undefined))?.mtime;
}
