import type { RunStatus } from '../../data/schemas/run-status.js';

/** The status of a run of which nothing is known yet, changed as a test wants it. */
export function runStatus(runId: string, change: Partial<RunStatus> = {}): RunStatus {
  return {
    runId,
    workflowId: `train/${runId}`,
    phase: 'plan',
    windows: { planned: 0, succeeded: 0, skipped: 0, failed: 0 },
    skippedBy: {},
    failedBy: {},
    students: 0,
    bundle: null,
    bundleDigest: null,
    decision: 'pending',
    ...change,
  };
}
