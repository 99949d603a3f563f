import { randomUUID } from 'node:crypto';

import { InvalidInputError } from '../../../data/errors.js';
import { MAX_COHORT_CONCURRENCY } from '../../../data/schemas/run-choices.js';
import type { ControlAnswer } from '../../../workflows/contract/messages.js';
import {
  cancelReasonSignal,
  pauseUpdate,
  setConcurrencyUpdate,
  unpauseUpdate,
  workflowIds,
} from '../../../workflows/contract/messages.js';
import type { Cli } from '../cli.js';
import type { Connected } from '../../runs/connect.js';
import { withClient } from '../../runs/connect.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import type { RunHandle } from '../ask-run.js';
import { askFor, runningRun } from '../ask-run.js';
import { typedSecretProblems } from '../typed-secrets.js';

/** How long `cancel` waits for checkpoints and the end. */
const CANCEL_MS = 60_000;
const GRPC_NOT_FOUND = 5;

export interface ControlFlags {
  readonly json?: boolean;
  readonly reason?: string;
}

/** Stops new work of a run until it is unpaused. */
export async function pause(cli: Cli, runId: string, flags: ControlFlags): Promise<ExitCode> {
  const { reason = '' } = flags;
  await refuseSecret(cli, reason);
  return change(cli, runId, flags, async (run) => run.executeUpdate(pauseUpdate, { args: [{ reason }] }));
}

/** Lets a paused run go on. */
export async function unpause(cli: Cli, runId: string, flags: ControlFlags): Promise<ExitCode> {
  return change(cli, runId, flags, async (run) => run.executeUpdate(unpauseUpdate));
}

/** Sets how many cohorts are in flight at once. */
export async function setConcurrency(
  cli: Cli,
  runId: string,
  text: string,
  flags: ControlFlags,
): Promise<ExitCode> {
  const cohorts = Number(text);
  if (!Number.isInteger(cohorts) || cohorts < 1 || cohorts > MAX_COHORT_CONCURRENCY)
    throw new InvalidInputError([
      `cohorts: must be a whole number from 1 to ${MAX_COHORT_CONCURRENCY}, not ${text}`,
    ]);
  return change(cli, runId, flags, async (run) =>
    run.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts }] }),
  );
}

/** @throws InvalidInputError when the reason, which is kept, has a secret. */
async function refuseSecret({ home }: Cli, reason: string): Promise<void> {
  const problems = await typedSecretProblems(home, { '--reason': reason });
  if (problems.length > 0) throw new InvalidInputError(problems);
}

async function change(
  cli: Cli,
  runId: string,
  flags: ControlFlags,
  update: (run: RunHandle) => Promise<ControlAnswer>,
): Promise<ExitCode> {
  const answer = await withClient(undefined, async (connected: Connected) => {
    const run = await runningRun(cli, connected, runId);
    return askFor(cli, connected, `run ${runId}`, async () => update(run));
  });
  cli.out(flags.json === true ? JSON.stringify({ runId, ...answer }) : `run ${runId}: ${answer.message}`);
  return EXIT.ok;
}

/**
 * Ends a run in order, by Temporal's own cancellation and not by an update: the request is the server's from
 * the moment it is made, carried out even where no worker lives now, and the Web UI's button does the same.
 */
export async function cancel(
  cli: Cli,
  runId: string,
  { json, reason = '' }: ControlFlags,
): Promise<ExitCode> {
  await refuseSecret(cli, reason);
  const ended = await withClient(undefined, async (connected) => {
    const run = await runningRun(cli, connected, runId);
    // Before the cancellation, so that the run knows why when it ends.
    if (reason !== '') await run.signal(cancelReasonSignal, reason);
    await askToEnd(connected, runId, reason);
    return untilEnded(run);
  });
  const message = ended
    ? `cancelled; continue with: ${cli.self} resume ${runId}`
    : 'will end as soon as its workers have written their checkpoints';
  cli.out(
    json === true ? JSON.stringify({ runId, phase: 'cancelled', ended, reason }) : `run ${runId}: ${message}`,
  );
  return EXIT.ok;
}

/** The client's own `cancel` takes no reason. @throws InvalidInputError when the run has just ended. */
async function askToEnd({ client, namespace }: Connected, runId: string, reason: string): Promise<void> {
  try {
    await client.workflowService.requestCancelWorkflowExecution({
      namespace,
      identity: client.options.identity,
      requestId: randomUUID(),
      workflowExecution: { workflowId: workflowIds.run(runId) },
      reason,
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === GRPC_NOT_FOUND)) throw error;
    throw new InvalidInputError([`run ${runId} has just ended`]);
  }
}

async function untilEnded(run: RunHandle): Promise<boolean> {
  for (const until = Date.now() + CANCEL_MS; Date.now() < until;) {
    if ((await run.describe()).status.name !== 'RUNNING') return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}
