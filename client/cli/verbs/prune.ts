import type { Client } from '@temporalio/client';
import { z } from 'zod';

import { readDecisions } from '../../../data/decisions/decisions.js';
import { InvalidInputError } from '../../../data/errors.js';
import { bytesFreed, partsOfRun, removeRun } from '../../../data/store/remove-run.js';
import type { Home } from '../../../data/store/home.js';
import type { RunParts } from '../../../data/store/remove-run.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { withClient } from '../../runs/connect.js';
import { isRunning } from '../../runs/workflow-state.js';
import type { ListedRun } from '../../dashboard/contract/runs.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { formatBytes, plural } from '../format.js';
import { keptByDecision } from '../kept-by-decision.js';
import { listRuns } from '../list-runs.js';
import type { JsonFlags } from '../shared-flags.js';

export interface PruneFlags extends JsonFlags {
  readonly olderThan: string;
  readonly yes?: boolean;
}

const DAY_MS = 86_400_000;
const days = z.coerce.number().int().min(1).max(36_500);

interface Kept {
  readonly runId: string;
  /** Said of the run. */
  readonly why: string;
}

interface Prunable {
  readonly runId: string;
  readonly bytes: number;
  readonly parts: RunParts;
}

/**
 * Removes the files of runs that ended long ago. Kept are bundles, which can be read and verified by themselves, and all of
 * a run that is open, approved, or whose bundle waits for a decision. Other runs have copies of the units that they took
 * from it.
 */
export async function prune(cli: Cli, flags: PruneFlags): Promise<ExitCode> {
  const { home } = cli;
  const parsed = days.safeParse(flags.olderThan.trim() === '' ? Number.NaN : flags.olderThan);
  if (!parsed.success)
    throw new InvalidInputError([
      `--older-than: must be a whole number of days, at least 1, not ${JSON.stringify(flags.olderThan)}`,
    ]);
  const before = new Date(Date.now() - parsed.data * DAY_MS).toISOString();
  const { runs, remark } = await listRuns(home);
  if (remark !== undefined)
    throw new InvalidInputError([
      'no Temporal server answers, and it alone knows whether a run is open: start it, or remove single runs with rm',
    ]);
  const yes = flags.yes === true;
  const { prunable, kept } = await withClient(undefined, async ({ client }) => {
    const found = await findPrunable(home, client, runs, before);
    if (!yes) return found;
    const gone: Prunable[] = [];
    for (const one of found.prunable) {
      // It may have been resumed since it was listed.
      if (await isOpen(client, one.runId)) continue;
      await removeRun(home, one.runId, one.parts);
      gone.push(one);
    }
    return { ...found, prunable: gone };
  });
  const bytes = prunable.reduce((sum, one) => sum + one.bytes, 0);
  const listed = prunable.map(({ runId, bytes: own }) => ({ runId, bytes: own }));
  cli.out(
    flags.json === true
      ? JSON.stringify({ runs: listed, kept, freed: yes ? bytes : 0 })
      : [
          ...listed.map(
            (one) => `${yes ? 'removed' : 'would remove'}  ${one.runId} (${formatBytes(one.bytes)})`,
          ),
          ...kept.map(({ runId, why }) => `kept  ${runId}: it ${why}`),
          yes
            ? `${formatBytes(bytes)} of ${plural(listed.length, 'run')} freed`
            : `--yes removes ${plural(listed.length, 'run')} and frees ${formatBytes(bytes)}`,
        ],
  );
  return EXIT.ok;
}

/** Whether the run, or the wait for a decision about it, goes on. */
async function isOpen(client: Client, runId: string): Promise<boolean> {
  return (
    (await isRunning(client, workflowIds.run(runId))) ||
    (await isRunning(client, workflowIds.promotion(runId)))
  );
}

/** Which of the runs that ended before a time may go, and why others of these may not. */
async function findPrunable(
  home: Home,
  client: Client,
  runs: readonly ListedRun[],
  before: string,
): Promise<{ readonly prunable: readonly Prunable[]; readonly kept: readonly Kept[] }> {
  const waiting = await waitingForDecision(client);
  const decisions = await readDecisions(home);
  const kept: Kept[] = [];
  const prunable: Prunable[] = [];
  for (const { runId, endedAt, state } of runs) {
    if (endedAt === null || endedAt >= before || state === 'running') continue;
    const why = waiting.has(runId)
      ? 'waits for a decision about its bundle'
      : keptByDecision(runId, decisions);
    if (why !== undefined) {
      kept.push({ runId, why });
      continue;
    }
    const parts = await partsOfRun(home, runId, 'it can be read and verified by itself');
    if (parts.removed.length > 0) prunable.push({ runId, bytes: bytesFreed(parts), parts });
  }
  return { prunable, kept };
}

/** Runs whose bundles wait for somebody's decision. */
async function waitingForDecision(client: Client): Promise<ReadonlySet<string>> {
  const waiting = new Set<string>();
  const query = "WorkflowType = 'promoteRun' AND ExecutionStatus = 'Running'";
  const prefix = workflowIds.promotion('');
  for await (const { workflowId } of client.workflow.list({ query }))
    if (workflowId.startsWith(prefix)) waiting.add(workflowId.slice(prefix.length));
  return waiting;
}
