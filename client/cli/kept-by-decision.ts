import { championOf } from '../../data/decisions/champion-state.js';
import type { Decision } from '../../data/schemas/decision.js';

/** Why decisions need a run's models, as what is said of the run; undefined where they do not. */
export function keptByDecision(runId: string, decisions: readonly Decision[]): string | undefined {
  if (championOf(decisions)?.run === runId) return 'is the champion: approve another run first';
  const approval = decisions.findLast(({ run, verdict }) => run === runId && verdict === 'approved');
  return approval === undefined
    ? undefined
    : `was approved (decision ${approval.number}): its models are kept, as an earlier champion's are`;
}
