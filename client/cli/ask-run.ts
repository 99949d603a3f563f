import type { WorkflowHandle } from '@temporalio/client';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

import { errorMessage, GurukulError, InvalidInputError } from '../../data/errors.js';
import { messageLines } from '../../data/text/safe-text.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { trainUniverse } from '../../workflows/train-universe.js';
import type { Cli } from './cli.js';
import type { Connected } from '../runs/connect.js';
import { unknownRun } from './find-run.js';

/** A worker that lives answers within seconds; the answer includes a note on its disk. */
const ANSWER_MS = 20_000;

/** The handle of a run. */
export type RunHandle = WorkflowHandle<typeof trainUniverse>;

/**
 * The handle of a run that is running.
 *
 * @throws InvalidInputError when the server does not know the run, or it has ended.
 */
export async function runningRun(cli: Cli, { client }: Connected, runId: string): Promise<RunHandle> {
  const handle = client.workflow.getHandle<typeof trainUniverse>(workflowIds.run(runId));
  const description = await handle.describe().catch(async (error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new InvalidInputError([await unknownRun(cli.home, runId)]);
  });
  if (description.status.name === 'RUNNING') return handle;
  throw new InvalidInputError([
    `run ${runId} has ended (${description.status.name.toLowerCase()}); start it again with: ${cli.self} resume ${runId}`,
  ]);
}

/**
 * Asks a workflow for an update and waits for its answer.
 *
 * @param whom For the messages: `run nightly`.
 * @throws InvalidInputError with the workflow's own words when it refuses; GurukulError when no worker
 * answers, so that nothing is known to have happened.
 */
export async function askFor<Answer>(
  { self }: Cli,
  { connection }: Connected,
  whom: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await connection.withDeadline(Date.now() + ANSWER_MS, ask);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new InvalidInputError(messageLines(`${whom}: ${errorMessage(error.cause)}`));
    if (error instanceof WorkflowNotFoundError) throw new InvalidInputError([`${whom} has just ended`]);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
      throw new GurukulError(
        'ProviderDown',
        `no worker answers for ${whom}, so nothing is confirmed; start one with: ${self} worker --role all (or ${self} up), then try again`,
      );
    throw error;
  }
}
