import { GurukulError, isErrorType } from '../../data/errors.js';
import type { Ingested } from '../../workflows/contract/ingest.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { ingestUniverse } from '../../workflows/ingest-universe.js';
import type { Cli } from './cli.js';
import { queryUnit, resultOf } from './follow.js';
import { aborted } from './interrupt.js';
import { repeatUntil } from './repeat.js';
import { runFailureOf } from './run-failure.js';
import type { Session } from './session.js';

const ASK_EVERY_MS = 2_000;

/**
 * Follows an ingest to its end; undefined when the user left before.
 *
 * @throws GurukulError of the type with which the ingest failed.
 */
export async function followIngest(
  cli: Cli,
  { client, interrupts, embedded }: Session,
  runId: string,
): Promise<Ingested | undefined> {
  const handle = client.workflow.getHandle<typeof ingestUniverse>(workflowIds.ingest(runId));
  const ended = new AbortController();
  let last = '';
  const asking = repeatUntil(ended.signal, ASK_EVERY_MS, async () => {
    const unit = await queryUnit(client, workflowIds.ingest(runId));
    if (unit === undefined || unit.current === last || ended.signal.aborted) return;
    last = unit.current;
    cli.note(`ingest · ${unit.succeeded}/${unit.windows} symbols, ${unit.current}`);
  });
  const result = resultOf(client, handle, ended.signal);
  try {
    return await Promise.race([
      result,
      aborted(interrupts.signal).then(() => undefined),
      ...(embedded === undefined ? [] : [embedded.lost]),
    ]);
  } catch (error) {
    const failure = runFailureOf(error);
    if (failure === undefined) throw error;
    throw new GurukulError(isErrorType(failure.type) ? failure.type : 'Bug', failure.message, {
      cause: error,
    });
  } finally {
    ended.abort();
    await Promise.allSettled([result, asking]);
  }
}
