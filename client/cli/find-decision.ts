import type { Client } from '@temporalio/client';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { decisionOn, readDecisions } from '../../data/store/decisions.js';
import type { Home } from '../../data/store/home.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';

type Verdict = RunStatus['decision'];

/** A decision that the server knows of. */
export interface ToldDecision {
  readonly verdict: Verdict;
  readonly decidedAt: Date;
}

/** The status with what was decided about its bundle, as the home's history has it. */
export async function withDecision(home: Home, status: RunStatus): Promise<RunStatus> {
  const decision = decisionOn(await readDecisions(home), status.runId, status.bundleDigest);
  return decision === undefined ? status : { ...status, decision: decision.verdict };
}

/** The newest decisions that the server knows of, by run: for a client that has not the files. */
export async function decisionsOnServer(client: Client, runId?: string): Promise<Map<string, ToldDecision>> {
  const found = new Map<string, ToldDecision>();
  const query = `WorkflowType = 'promoteRun' AND ExecutionStatus = 'Completed'${runId === undefined ? '' : ` AND WorkflowId = 'promote/${runId}'`}`;
  for await (const { typedSearchAttributes: attributes, closeTime } of client.workflow.list({ query })) {
    const run = attributes.get(searchAttributes.run);
    const verdict = runStatusSchema.shape.decision.safeParse(attributes.get(searchAttributes.outcome)).data;
    if (run === undefined || verdict === undefined || closeTime === undefined) continue;
    const known = found.get(run);
    if (known === undefined || known.decidedAt < closeTime) found.set(run, { verdict, decidedAt: closeTime });
  }
  return found;
}
