import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';

import { InvalidInputError } from '../../data/errors.js';
import { didYouMean } from '../../data/text/near-matches.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Home } from '../../data/store/home.js';
import { runsInHome } from '../../data/store/runs-in-home.js';
import { withFileCounts } from '../../data/telemetry/run-counts.js';
import type { RunProgress } from '../../workflows/contract/messages.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { trainUniverse } from '../../workflows/train-universe.js';
import { withClient } from '../runs/connect.js';
import { decisionAbout, decisionsOnServer, withDecisions } from './find-decision.js';
import type { Delay } from './find-delays.js';
import { findDelays } from './find-delays.js';
import { queryCohorts, queryRun } from './follow.js';
import type { Snapshot } from './progress-snapshot.js';
import { snapshotOf, statusOf } from './progress-snapshot.js';
import type { RunFailure } from './run-failure.js';
import { runFailureOf } from './run-failure.js';
import { readStatusFile } from '../runs/run-files.js';
import { whySilent } from './worker-silence.js';

/** What can be found out about a run. */
export interface FoundRun {
  readonly status: RunStatus;
  /** What the running workflow itself says. */
  readonly progress: RunProgress | undefined;
  /** The same, with what its running cohorts say of themselves. */
  readonly snapshot?: Snapshot;
  /** `unknown`: no server could be asked. */
  readonly state: 'running' | 'ended' | 'unknown';
  /** What a reader of the status should know: how old it is, why the run failed. */
  readonly remark: string | undefined;
  /** What holds a running run up. */
  readonly delays?: readonly Delay[];
  /** How the run failed, where it has and the server knows. */
  readonly failure?: RunFailure;
}

/**
 * Looks a run up: the workflow itself, or where there is no server or no worker, the file it wrote.
 *
 * @throws InvalidInputError when neither knows the run.
 */
export async function findRun(home: Home, runId: string): Promise<FoundRun> {
  const found = await lookUp(home, runId);
  const [status = found.status] = await withDecisions(home, [found.status]);
  return { ...found, status };
}

async function lookUp(home: Home, runId: string): Promise<FoundRun> {
  const onDisk = await readStatusFile(home, runId);
  let noServer: readonly string[] = [];
  const found = await withClient(undefined, async ({ client }) =>
    askServer(home, client, runId, onDisk),
  ).catch((error: unknown) => {
    // No server is no reason to say nothing: the run's own file is there.
    if (!(error instanceof InvalidInputError)) throw error;
    noServer = error.problems;
    return undefined;
  });
  if (found !== undefined) return found;
  if (onDisk === undefined) throw new InvalidInputError([await unknownRun(home, runId), ...noServer]);
  const status = await withFileCounts(home, onDisk);
  return noServer.length > 0
    ? { status, progress: undefined, state: 'unknown', remark: staleRemark(status) }
    : { status, progress: undefined, state: 'ended', remark: lostRemark(status) };
}

/** What to say of a run whose history is gone, or lies on another server. */
function lostRemark({ runId, phase }: RunStatus): string {
  const unknown = 'as written to disk: this Temporal server does not know the run';
  return isEnded(phase)
    ? unknown
    : `${unknown}. Start it again with: gurukul resume ${runId} (what is done is kept)`;
}

const START_WORKER = 'start one with: gurukul worker --role all (or gurukul up)';
const ENDED: readonly unknown[] = ['done', 'failed', 'cancelled'];

/** Whether a run in this phase makes no more progress. */
export function isEnded(phase: unknown): boolean {
  return ENDED.includes(phase);
}

function staleRemark({ phase }: RunStatus): string | undefined {
  return isEnded(phase)
    ? undefined
    : 'as last written to disk: no Temporal server answers, so the run makes no progress. Continue it with: gurukul up';
}

async function askServer(
  home: Home,
  client: Client,
  runId: string,
  onDisk: RunStatus | undefined,
): Promise<FoundRun | undefined> {
  const handle = client.workflow.getHandle<typeof trainUniverse>(workflowIds.run(runId));
  const described = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  });
  if (described === undefined) return undefined;
  if (described.status.name === 'RUNNING') {
    const [progress, delays] = await Promise.all([
      queryRun(client, runId),
      findDelays(client, runId, Date.now()),
    ]);
    if (progress !== undefined) {
      const snapshot = snapshotOf(progress, await queryCohorts(client, runId, progress));
      const status = statusOf(runId, { ...progress, windows: snapshot.windows });
      return { status, progress, snapshot, state: 'running', remark: progress.message, delays };
    }
    const why = await whySilent(client, START_WORKER, Date.now());
    const status = await withFileCounts(home, onDisk ?? emptyStatus(runId, 'plan'));
    return { status, progress, state: 'running', remark: `as last written: ${why}`, delays };
  }
  try {
    const status = await handle.result();
    // Where the home's own history says more, it is asked later; this is for a client without the files.
    const decided = (await decisionsOnServer(client, new Set([runId]))).get(runId);
    const decision = decisionAbout(decided, status.bundleDigest);
    return { status: { ...status, decision }, progress: undefined, state: 'ended', remark: undefined };
  } catch (error) {
    const failure = runFailureOf(error);
    if (failure === undefined) throw error;
    const phase = failure.type === 'Cancelled' ? 'cancelled' : 'failed';
    const status = failure.status ?? onDisk ?? emptyStatus(runId, phase);
    // A cancellation is named by the phase already.
    const remark = failure.message === phase ? undefined : failure.message;
    return {
      status: await withFileCounts(home, { ...status, phase }),
      progress: undefined,
      state: 'ended',
      remark,
      failure,
    };
  }
}

/** What to say about a run id that nobody knows. */
export async function unknownRun(home: Home, runId: string): Promise<string> {
  const known = await runsInHome(home);
  const hint = didYouMean(runId, known);
  return `there is no run ${runId}${hint}; gurukul list shows the runs`;
}

/** The status of a run of which nothing is known yet. */
export function emptyStatus(runId: string, phase: RunStatus['phase']): RunStatus {
  return {
    runId,
    workflowId: workflowIds.run(runId),
    phase,
    windows: { planned: 0, succeeded: 0, skipped: 0, failed: 0 },
    skippedBy: {},
    failedBy: {},
    students: 0,
    bundle: null,
    bundleDigest: null,
    decision: 'pending',
  };
}
