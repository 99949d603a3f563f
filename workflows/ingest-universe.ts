import {
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';

import type { SealedIngest } from '../activities/ingest/activities.js';
import type { RunConfig } from '../data/schemas/run-input.js';
import { isProvider } from '../data/sources/provider.js';
import type { CarriedIngest, Ingested, IngestRequest } from './contract/ingest.js';
import { unitProgressQuery } from './contract/messages.js';
import { ingestFromProvider } from './provider/provider-ingest.js';
import { io } from './shared/activities.js';
import { asWorkflowFailure } from './shared/failures.js';
import { heldGate } from './shared/held-gate.js';
import { isHistoryLong } from './shared/history-length.js';
import { markdown, timeLeft } from './shared/markdown.js';
import { inPool } from './shared/pool.js';
import { onUpgrade } from './shared/versioning.js';

/** Batches read at once. */
const WIDTH = 4;

/**
 * Reads the bars of the universe into the bar store, batch by batch, and seals the run's manifest. Missing bars
 * of a provider are fetched first, under the quota that all runs share; an offline run calls nobody.
 */
export async function ingestUniverse(request: IngestRequest): Promise<Ingested> {
  const { config, batches } = request;
  if (!isProvider(config.source) || config.offline === true) {
    const next = await readAll(request);
    if (next !== undefined) return continueAsNew<typeof ingestUniverse>({ ...request, carried: next });
    return seal(config, batches);
  }
  const outcome = await ingestFromProvider(request);
  if ('next' in outcome) return continueAsNew<typeof ingestUniverse>({ ...request, carried: outcome.next });
  return { ...(await seal(config, batches)), fetched: outcome.totals };
}

/** Reads from a source without a quota, several batches at once. @returns What is left, if the history is full. */
async function readAll(request: IngestRequest): Promise<CarriedIngest | undefined> {
  const { config, symbols, batches, reread, carried } = request;
  const part = reread === undefined ? {} : { reread };
  const { gate, hold } = heldGate(carried?.hold);
  const first = carried?.batch ?? 0;
  let done = first;
  const current = (): string => `${done} of ${batches} batches done`;
  setHandler(unitProgressQuery, () => ({
    units: { total: batches, done },
    windows: symbols.rows,
    succeeded: Math.floor((symbols.rows * done) / batches),
    failed: 0,
    current: current(),
  }));

  let failure: unknown;
  const waiting = Array.from({ length: batches - first }, (_, index) => first + index);
  await inPool(
    // One unreadable batch ends the ingest, so no more are started.
    { waiting, width: () => WIDTH, draining: () => failure !== undefined || isHistoryLong() },
    async (batch) => {
      const summary = `${config.source} · batch ${batch + 1}/${batches}`;
      try {
        await gate.pass(async () =>
          io.ingestSymbols.executeWithOptions({ summary }, [{ config, symbols, batch, batches, ...part }]),
        );
        done += 1;
        const left = timeLeft(done, batches, first);
        setCurrentDetails(markdown([`${current()}, ${symbols.rows} symbols in all${left}`]));
      } catch (error) {
        if (isCancellation(error)) throw error;
        failure ??= error;
      }
    },
  );
  if (failure !== undefined) throw asWorkflowFailure(failure);
  const [next] = waiting;
  return next === undefined ? undefined : { version: 1, batch: next, hold: hold() };
}

async function seal(config: RunConfig, batches: number): Promise<SealedIngest> {
  const sealed = await io.sealIngest.executeWithOptions({ summary: 'seal' }, [{ config, batches }]);
  const statuses = Object.entries(sealed.statuses).map(([status, count]) => `${status} ${count}`);
  setCurrentDetails(markdown([`**${sealed.symbols} symbols:** ${statuses.join(', ')}`]));
  return sealed;
}

// An ingest is short, so it stays on the build that it started on.
setWorkflowOptions(onUpgrade('PINNED'), ingestUniverse);
