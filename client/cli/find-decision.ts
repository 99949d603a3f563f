import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { RUN_ID_PATTERN } from '../../data/schemas/run-choices.js';
import { DECISION_STATES } from '../../data/schemas/decision-states.js';
import { decisionSchema } from '../../data/schemas/decision.js';
import { decisionOn, decisionStateOf } from '../../data/decisions/champion-state.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import type { Home } from '../../data/store/home.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';

const decidedSchema = z.looseObject({
  verdict: z.enum(DECISION_STATES),
  bundleDigest: decisionSchema.shape.bundleDigest,
});

/**
 * Runs with what was decided about their bundles, as the home's verified log has it.
 *
 * @throws GurukulError ChecksumMismatch when the log is broken.
 */
export async function withDecisions(home: Home, runs: readonly RunStatus[]): Promise<RunStatus[]> {
  const decisions = await readDecisions(home);
  return runs.map((status) => {
    const decision = decisionOn(decisions, status.runId, status.bundleDigest);
    if (decision === undefined) return status;
    const { override = null, shadow = false } = decision;
    return {
      ...status,
      decision: decisionStateOf(decision),
      ...(override === null ? {} : { override: override.reason }),
      ...(shadow ? { shadow } : {}),
    };
  });
}

/** The newest decision about a run that a server knows of. */
export interface ServerDecision {
  readonly verdict: RunStatus['decision'];
  /** The bundle that was decided about: a run that was resumed may have another one since. */
  readonly bundleDigest: string;
}

/**
 * The newest decisions that the server knows of, by run: for a client that has not the files.
 *
 * @param runs Those asked for; absent: all.
 */
export async function decisionsOnServer(
  client: Client,
  runs?: ReadonlySet<string>,
): Promise<Map<string, ServerDecision>> {
  const newest = new Map<string, WorkflowExecutionInfo>();
  const [first] = runs?.size === 1 ? runs : [];
  const one = first === undefined ? '' : ` AND WorkflowId = '${workflowIds.promotion(first)}'`;
  const query = `WorkflowType = 'promoteRun' AND ExecutionStatus = 'Completed'${one}`;
  for await (const promotion of client.workflow.list({ query })) {
    const run = promotion.typedSearchAttributes.get(searchAttributes.run);
    if (run === undefined || !RUN_ID_PATTERN.test(run) || runs?.has(run) === false) continue;
    const known = newest.get(run)?.closeTime ?? new Date(0);
    if ((promotion.closeTime ?? new Date(0)) > known) newest.set(run, promotion);
  }
  const found = new Map<string, ServerDecision>();
  for (const [run, { workflowId, runId: execution }] of newest) {
    const decision: unknown = await client.workflow.getHandle(workflowId, execution).result();
    const parsed = decidedSchema.safeParse(decision).data;
    if (parsed !== undefined) found.set(run, parsed);
  }
  return found;
}

/** What was decided about a bundle, where it is the one that a decision is about. */
export function decisionAbout(
  decision: ServerDecision | undefined,
  bundleDigest: string | null,
): RunStatus['decision'] {
  return decision?.bundleDigest === bundleDigest ? decision.verdict : 'pending';
}
