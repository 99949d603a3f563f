import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';

import { programDigest } from '../../data/store/code-version.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { pauseUpdate, workflowIds } from '../../workflows/contract/messages.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import { withClient } from '../runs/connect.js';
import { readInputFile } from '../runs/run-files.js';
import { startRun } from '../runs/start-run.js';
import { isRunning } from '../runs/workflow-state.js';

/** The server of a home. */
export interface EmbeddedServer {
  readonly home: Home;
  readonly address: string;
  readonly namespace: string;
}

const OPEN =
  "ExecutionStatus = 'Running' AND WorkflowType IN ('trainUniverse', 'trainCohort', 'ingestUniverse')";
const WHY = 'the program has changed since this began';
const LOOK_EVERY_MS = 100;

const programSchema = z.object({ program: z.string() });

/**
 * Restarts open runs where the program has changed since the home's server last ran. The workers of a home are
 * of one build, which changes from one command to the next: there are no old workers on which a run could
 * end, new code may not be able to replay its history, and may train something else. Finished work of the
 * same code is found and reused.
 *
 * @param options.alone Whether no other program uses the server; where one does, its runs are left alone.
 * @returns Ids of those runs that were paused.
 */
export async function restartRunsOfOtherProgram(
  server: EmbeddedServer,
  options: {
    readonly alone: boolean;
    readonly report: (line: string) => void;
    /** See {@link programDigest}; absent: it is computed. */
    readonly program?: string;
  },
): Promise<readonly string[]> {
  const { home, address, namespace } = server;
  const program = options.program ?? (await programDigest());
  const before = await readJson(home.temporalProgram(), programSchema).catch(() => ({
    program: 'unreadable',
  }));
  if (before?.program === program) return [];
  if (before !== undefined && !options.alone) {
    options.report(
      'workers of another build run on this home: end the other gurukul up or run, or each will take the other’s work',
    );
    return [];
  }
  const paused =
    before === undefined
      ? []
      : await withClient({ address, namespace }, async (connected) => {
          const runs = await endOpenRuns(connected.client, home);
          for (const { runId } of runs) {
            const config = await readInputFile(home, runId);
            if (config === undefined) continue;
            await startRun(connected, config);
            options.report(`run ${runId} starts again, since ${WHY}; what is done is reused`);
          }
          return runs.filter((run) => run.paused).map(({ runId }) => runId);
        });
  await writeJson(home.temporalProgram(), { program });
  return paused;
}

/** Pauses the runs that were paused before they were restarted; their workers must poll. */
export async function pauseAgain(
  { address, namespace }: EmbeddedServer,
  runs: readonly string[],
): Promise<void> {
  if (runs.length === 0) return;
  await withClient({ address, namespace }, async ({ client }) => {
    for (const runId of runs)
      await client.workflow
        .getHandle(workflowIds.run(runId))
        .executeUpdate(pauseUpdate, { args: [{ reason: 'it was paused before' }] });
  });
}

/** Ends every open run with its parts, and single ingests. Runs without input on disk have done nothing yet: they stay. */
async function endOpenRuns(
  client: Client,
  home: Home,
): Promise<{ readonly runId: string; readonly paused: boolean }[]> {
  const runs: { readonly runId: string; readonly paused: boolean }[] = [];
  const ended: string[] = [];
  for await (const { workflowId, type, typedSearchAttributes } of client.workflow.list({ query: OPEN })) {
    const runId = typedSearchAttributes.get(searchAttributes.run) ?? workflowId.replace(/^train\//, '');
    if (type === 'trainUniverse') {
      if ((await readInputFile(home, runId)) === undefined) continue;
      runs.push({ runId, paused: typedSearchAttributes.get(searchAttributes.phase) === 'paused' });
    }
    ended.push(workflowId);
    await client.workflow
      .getHandle(workflowId)
      .terminate(WHY)
      .catch((error: unknown) => {
        // A child has ended with its parent.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }
  for (const workflowId of ended) while (await isRunning(client, workflowId)) await sleep(LOOK_EVERY_MS);
  return runs;
}
