import type { RunConfig } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';

/**
 * The run's status as its workflow last wrote it; undefined when there is none. Its decision is pending: only
 * the log of decisions, which is signed, says what was decided.
 */
export async function readStatusFile(home: Home, runId: string): Promise<RunStatus | undefined> {
  const status = await readStoredJson(home, home.status(runId), runStatusSchema);
  return status === undefined ? undefined : { ...status, decision: 'pending' };
}

/** The input that a run was started with; undefined when the home does not know the run. */
export async function readInputFile(home: Home, runId: string): Promise<RunConfig | undefined> {
  const input = await readStoredJson(home, home.runInput(runId), runInputSchema);
  return input === undefined ? undefined : { ...input, runId };
}
