import { searchAttributes } from '../../../workflows/contract/search-attributes.js';
import type { Cli } from '../cli.js';
import { withClient } from '../../runs/connect.js';
import { decisionsOnServer } from '../find-decision.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { formatDuration, formatTime, renderTable } from '../format.js';

interface ListedRun {
  readonly runId: string;
  readonly workflowId: string;
  readonly state: string;
  readonly phase: string | null;
  readonly failedWindows: number | null;
  /** About the bundle of a run that is done; null for any other. */
  readonly decision: 'pending' | 'approved' | 'rejected' | null;
  /** ISO. */
  readonly startedAt: string;
  /** ISO, once the run has ended. */
  readonly endedAt: string | null;
}

/** The runs that the server knows, newest first. */
export async function list(cli: Cli, json: boolean): Promise<ExitCode> {
  const runs = await withClient(undefined, async ({ client }) => {
    const found: ListedRun[] = [];
    const decisions = await decisionsOnServer(client);
    for await (const run of client.workflow.list({ query: "WorkflowType = 'trainUniverse'" })) {
      const attributes = run.typedSearchAttributes;
      const runId = attributes.get(searchAttributes.run) ?? run.workflowId.replace(/^train\//, '');
      const phase = attributes.get(searchAttributes.phase) ?? null;
      const told = decisions.get(runId);
      const decided = told !== undefined && told.decidedAt > run.startTime ? told.verdict : 'pending';
      found.push({
        runId,
        workflowId: run.workflowId,
        state: run.status.name.toLowerCase(),
        phase,
        decision: phase === 'done' ? decided : null,
        failedWindows: attributes.get(searchAttributes.failed) ?? null,
        startedAt: run.startTime.toISOString(),
        endedAt: run.closeTime?.toISOString() ?? null,
      });
    }
    return newestOfEach(found.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)));
  });
  if (json) cli.out(JSON.stringify(runs));
  else if (runs.length === 0) cli.out('no runs yet; start one with: gurukul run');
  else
    cli.out(renderTable(['run', 'state', 'phase', 'failed', 'decision', 'started', 'took'], runs.map(row)));
  return EXIT.ok;
}

/** A run that was resumed has one workflow execution a start: the newest speaks for it. */
function newestOfEach(newestFirst: readonly ListedRun[]): ListedRun[] {
  const seen = new Set<string>();
  return newestFirst.filter(({ workflowId }) => !seen.has(workflowId) && seen.add(workflowId));
}

function row(run: ListedRun): (string | number)[] {
  const started = new Date(run.startedAt);
  const until = run.endedAt === null ? new Date() : new Date(run.endedAt);
  return [
    run.runId,
    run.state,
    run.phase ?? '',
    run.failedWindows ?? 0,
    run.decision ?? '',
    formatTime(started),
    formatDuration(until.getTime() - started.getTime()),
  ];
}
