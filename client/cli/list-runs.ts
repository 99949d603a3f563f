import type { Client, WorkflowExecutionInfo } from '@temporalio/client';

import { InvalidInputError } from '../../data/errors.js';
import { RUN_ID_PATTERN } from '../../data/schemas/run-choices.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Home } from '../../data/store/home.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import type { trainUniverse } from '../../workflows/train-universe.js';
import { withClient } from '../runs/connect.js';
import { decisionAbout, decisionsOnServer } from './find-decision.js';
import type { ListedRun } from '../dashboard/contract/runs.js';
import { approvalOf, listedFromFiles, statusFiles } from './list-files.js';
import { recommendationOf } from './recommendation.js';

/** The runs that the server or the home knows, newest first; the remark says when no server answered. */
export async function listRuns(
  home: Home,
): Promise<{ readonly runs: readonly ListedRun[]; readonly remark: string | undefined }> {
  const files = await statusFiles(home);
  let remark: string | undefined;
  const onServer = await withClient(undefined, async ({ client }) => runsOnServer(client, files)).catch(
    (error: unknown) => {
      // No server is no reason to say nothing: the runs' own files are there.
      if (!(error instanceof InvalidInputError)) throw error;
      remark = `no Temporal server answers: these are the runs in ${home.root}, as last written`;
      return [];
    },
  );
  const known = new Set(onServer.map(({ runId }) => runId));
  const others = [...files.values()].filter(({ runId }) => !known.has(runId));
  const runs = [...onServer, ...(await Promise.all(others.map((status) => listedFromFiles(home, status))))];
  runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return { runs, remark };
}

/**
 * The runs of the server, each once: one that was resumed has an execution a start, and the newest speaks
 * for it.
 *
 * @param files What the home has of them.
 */
async function runsOnServer(client: Client, files: ReadonlyMap<string, RunStatus>): Promise<ListedRun[]> {
  const newest = new Map<string, WorkflowExecutionInfo>();
  for await (const run of client.workflow.list({ query: "WorkflowType = 'trainUniverse'" })) {
    // What another client named so that no command could take it is none of our runs.
    if (!RUN_ID_PATTERN.test(runIdOf(run))) continue;
    const known = newest.get(run.workflowId);
    if (known === undefined || known.startTime < run.startTime) newest.set(run.workflowId, run);
  }
  const decisions = await decisionsElsewhere(client, [...newest.values()], files);
  const listed = [...newest.values()].map(async (run): Promise<ListedRun> => {
    const runId = runIdOf(run);
    const phase = run.typedSearchAttributes.get(searchAttributes.phase) ?? null;
    const file = files.get(runId);
    const { decision = 'pending', cancelReason } = file ?? {};
    return {
      runId,
      workflowId: run.workflowId,
      state: run.status.name.toLowerCase(),
      phase,
      decision: phase === 'done' ? (decisions.get(runId) ?? decision) : null,
      ...(phase === 'done' ? approvalOf(file ?? {}) : {}),
      recommendation:
        file === undefined || phase !== 'done'
          ? null
          : ((await recommendationOf(file))?.recommendation ?? null),
      failedWindows: run.typedSearchAttributes.get(searchAttributes.failed) ?? null,
      ...(cancelReason === undefined || phase !== 'cancelled' ? {} : { reason: cancelReason }),
      startedAt: run.startTime.toISOString(),
      endedAt: run.closeTime?.toISOString() ?? null,
    };
  });
  return Promise.all(listed);
}

/** What was decided about runs that are done and whose files are not in this home. */
async function decisionsElsewhere(
  client: Client,
  runs: readonly WorkflowExecutionInfo[],
  files: ReadonlyMap<string, RunStatus>,
): Promise<ReadonlyMap<string, RunStatus['decision']>> {
  const done = runs.filter((run) => run.status.name === 'COMPLETED' && !files.has(runIdOf(run)));
  if (done.length === 0) return new Map();
  const decided = await decisionsOnServer(client, new Set(done.map(runIdOf)));
  const found = new Map<string, RunStatus['decision']>();
  for (const run of done) {
    const decision = decided.get(runIdOf(run));
    if (decision === undefined) continue;
    const { bundleDigest } = await client.workflow
      .getHandle<typeof trainUniverse>(run.workflowId, run.runId)
      .result();
    found.set(runIdOf(run), decisionAbout(decision, bundleDigest));
  }
  return found;
}

function runIdOf({ typedSearchAttributes, workflowId }: WorkflowExecutionInfo): string {
  return typedSearchAttributes.get(searchAttributes.run) ?? workflowId.replace(/^train\//, '');
}
