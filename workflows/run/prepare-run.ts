import { startChild, workflowInfo } from '@temporalio/workflow';

import type { PlanHead, SettledRun } from '../../activities/plan/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RetryRequest } from '../../data/schemas/retry-request.js';
import type { Ingested, IngestRequest } from '../contract/ingest.js';
import { workflowIds } from '../contract/messages.js';
import { runIdOf } from '../contract/run-id.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { meta } from '../shared/activities.js';
import { readPlanHead } from './read-plan-head.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** Signature of `ingestUniverse`, which is started by name: helpers import no workflow. */
type IngestUniverse = (request: IngestRequest) => Promise<Ingested>;

/** What is known before the cohorts are trained. */
export interface PreparedRun {
  readonly settled: SettledRun;
  readonly head: PlanHead;
  readonly ingest: FileRef;
  readonly trials: number;
}

/**
 * Everything before training: input, bars, windows. Undefined if nothing has changed since the run was done: then
 * there is nothing to train, validate or audit.
 */
export async function prepareRun(
  input: unknown,
  again: RetryRequest | undefined,
  book: RunBook,
  control: RunControl,
): Promise<PreparedRun | undefined> {
  const settled = await meta.settleRun.executeWithOptions({ summary: 'check the input' }, [
    { input, runId: runIdOf(input, workflowInfo()), ...(again === undefined ? {} : { again }) },
  ]);
  const { config, symbols, batches, reread } = settled;

  await control.gate.opened();
  await book.enter('ingest', `reading bars from ${config.source}`);
  const reading = await startChild<IngestUniverse>('ingestUniverse', {
    workflowId: workflowIds.ingest(config.runId),
    args: [{ config, symbols, batches, ...(reread === undefined ? {} : { reread }) }],
    staticSummary: `ingest · ${config.source} · ${config.interval} bars`,
    typedSearchAttributes: [{ key: searchAttributes.run, value: config.runId }],
  });
  const { ref: ingest } = await control.follow(reading);
  await control.gate.opened();
  const head = await readPlanHead(settled, ingest);
  book.planned(head);
  if (head.unchanged === true && settled.finished !== undefined) {
    book.stands(settled.finished.status);
    return undefined;
  }

  const { trials } = await meta.recordTrials.executeWithOptions({ summary: 'record the trials' }, [
    { config, ingest },
  ]);
  await book.enter('teach', `${head.trainable} windows in ${head.cohorts.length} cohorts`);
  return { settled, head, ingest, trials };
}
