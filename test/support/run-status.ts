import { emptyStatus } from '../../client/cli/find-run.js';
import type { RunStatus } from '../../data/schemas/run-status.js';

/** The status of a new run, with changes for a test. */
export function runStatus(runId: string, change: Partial<RunStatus> = {}): RunStatus {
  return { ...emptyStatus(runId, 'plan'), ...change };
}
