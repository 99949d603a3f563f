import { z } from 'zod';

import { InvalidInputError } from '../../data/errors.js';
import type { RetryRequest } from '../../data/schemas/retry-request.js';
import { ingestBatches } from '../../data/schemas/ingest.js';
import { describeLabel } from '../../data/schemas/label-rule.js';
import { retryRequestSchema } from '../../data/schemas/retry-request.js';
import type { OpenConfig, RunConfig } from '../../data/schemas/run-input.js';
import { openInputSchema, runInputSchema } from '../../data/schemas/run-input.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { fileRefSchema } from '../../data/schemas/file-ref.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import { refTo } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { createStored, readStored } from '../../data/store/stored-files.js';
import { ensureSearchAttributes } from '../../temporal-config/search-attributes.js';
import type { ingestUniverse } from '../../workflows/ingest-universe.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { PRIORITY, priorityOf } from '../../workflows/contract/profiles.js';
import type { trainUniverse } from '../../workflows/train-universe.js';
import type { Connected } from './connect.js';
import { startArguments } from './start-arguments.js';

/** The queue that runs workflows. */
export const WORKFLOW_QUEUE = 'meta';

/** What the execution of a run was started with. */
export interface StartedRun {
  readonly config: OpenConfig;
  /** Absent in a first start. */
  readonly again: RetryRequest | undefined;
}

/**
 * Starts a run, or joins it where it runs already: the workflow id is the run's, so a start that is
 * repeated is the same start. Of two starts at once the server keeps one.
 *
 * @param again What a run that is resumed is to do again.
 * @returns What the execution itself was started with: the caller compares it with what it asked for.
 * @throws InvalidInputError when somebody started the run with an input that no worker accepts.
 */
export async function startRun(
  { client, connection, namespace }: Connected,
  config: OpenConfig,
  again?: RetryRequest,
): Promise<StartedRun> {
  const { runId, universe, symbols, source, from, to, windowDays } = config;
  const what = symbols === undefined ? universe : `${symbols.length} symbols of ${universe}`;
  await ensureSearchAttributes(connection, namespace);
  const handle = await client.workflow.start<typeof trainUniverse>('trainUniverse', {
    args: again === undefined ? [config] : [config, { again }],
    taskQueue: WORKFLOW_QUEUE,
    workflowId: workflowIds.run(runId),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    priority: priorityOf(runId, again === undefined ? PRIORITY.manual : PRIORITY.resumed),
    staticSummary: `${what} · ${source} · ${from} to ${to ?? 'the last complete session'}`.slice(0, 190),
    staticDetails: `Windows of ${windowDays} days. A label is 1 where ${describeLabel(config)}.`,
  });
  const [input, extras] = await startArguments(client, handle);
  const parsed = openInputSchema.safeParse(input);
  if (!parsed.success)
    throw new InvalidInputError([
      `--run-id: ${runId} is running already, with an input that is not a run's; choose another id`,
    ]);
  return {
    config: { ...parsed.data, runId },
    again: z.object({ again: retryRequestSchema.optional() }).optional().parse(extras)?.again,
  };
}

/**
 * Starts only the ingest of a run, or joins it where it runs already. The list of symbols goes through
 * the home: there may be thousands.
 *
 * @returns The configuration that the execution itself was started with.
 * @throws InvalidInputError when the run id is there already with other symbols.
 */
export async function startIngest(
  { client, connection, namespace }: Connected,
  home: Home,
  config: RunConfig,
  symbols: readonly string[],
): Promise<RunConfig> {
  const { runId } = config;
  await ensureSearchAttributes(connection, namespace);
  const list = await symbolList(home, runId, symbols);
  const { symbols: _listed, ...settled } = config;
  const handle = await client.workflow.start<typeof ingestUniverse>('ingestUniverse', {
    args: [{ config: settled, symbols: list, batches: ingestBatches(symbols.length) }],
    taskQueue: WORKFLOW_QUEUE,
    workflowId: workflowIds.ingest(runId),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `${config.source} ${config.interval} bars`,
  });
  const [request] = await startArguments(client, handle);
  const started = startedIngestSchema.parse(request);
  if (started.symbols.sha256 !== list.sha256) throw otherSymbols(runId);
  return { ...started.config, runId };
}

const startedIngestSchema = z.looseObject({ config: runInputSchema, symbols: fileRefSchema });

/** The list as a file, which an ingest that runs may be reading: it is created once and never replaced. */
async function symbolList(home: Home, runId: string, symbols: readonly string[]): Promise<FileRef> {
  const file = home.symbols(runId);
  const text = canonicalJson(symbols);
  if (!(await createStored(home, file, text))) {
    const there = await readStored(home, file);
    if (there !== undefined && sha256(there) !== sha256(text)) throw otherSymbols(runId);
  }
  return refTo(home, file, text, symbols.length);
}

function otherSymbols(runId: string): InvalidInputError {
  return new InvalidInputError([
    `--run-id: ${runId} is there already, with other symbols; choose another id`,
  ]);
}
