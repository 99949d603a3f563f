import type { Decision } from '../schemas/decision.js';
import { runStatusSchema } from '../schemas/run-status.js';
import type { Home } from '../store/home.js';
import { runsInHome } from '../store/runs-in-home.js';
import { readStoredJson } from '../store/stored-files.js';
import { decisionOn } from './champion-state.js';

/** A run whose bundle is sealed, and what was decided about that bundle. */
export interface SealedRun {
  readonly runId: string;
  readonly decision: Decision | undefined;
}

/** The sealed runs of a home. One whose status is damaged is passed over, as in the list of runs. */
export async function sealedRuns(home: Home, decisions: readonly Decision[]): Promise<SealedRun[]> {
  const found: SealedRun[] = [];
  for (const runId of await runsInHome(home)) {
    const status = await readStoredJson(home, home.status(runId), runStatusSchema).catch(() => undefined);
    if (status?.phase !== 'done' || status.bundleDigest === null) continue;
    found.push({ runId, decision: decisionOn(decisions, runId, status.bundleDigest) });
  }
  return found;
}
