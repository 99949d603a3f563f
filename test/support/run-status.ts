import { emptyStatus } from '../../client/cli/find-run.js';
import type { RunStatus } from '../../data/schemas/run-status.js';

/** The status of a run of which nothing is known yet, changed as a test wants it. */
export function runStatus(runId: string, change: Partial<RunStatus> = {}): RunStatus {
  return { ...emptyStatus(runId, 'plan'), ...change };
}
