import {
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';

import type { SealedIngest } from '../activities/ingest/activities.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunConfig } from '../data/schemas/run-input.js';
import { isProvider } from '../data/sources/provider.js';
import { io } from './activities.js';
import { asWorkflowFailure } from './failures.js';
import type { FetchTotals } from './fetch-bars.js';
import { heldGate } from './held-gate.js';
import { isHistoryLong } from './history-length.js';
import type { Hold } from './messages.js';
import { unitProgressQuery } from './messages.js';
import { inPool } from './pool.js';
import { ingestFromProvider } from './provider-ingest.js';
import type { ProviderTrouble } from './provider-trouble.js';
import { markdown, timeLeft } from './run-details.js';
import { onUpgrade } from './versioning.js';

/** Batches read at once. */
const WIDTH = 4;

/** What an ingest hands to its own next execution, between two batches. Plain JSON. */
export interface CarriedIngest {
  readonly version: 1;
  /** First batch that is not read; all before it are. */
  readonly batch: number;
  readonly hold: Hold;
  /** Where bars are fetched from a provider: when that began, ISO, what it took, and what is waited for. */
  readonly fetching?: {
    readonly since: string;
    readonly totals: FetchTotals;
    readonly trouble?: ProviderTrouble;
  };
}

/** What is ingested: the run's configuration, its symbols, and the batches in which they are read. */
export interface IngestRequest {
  readonly config: RunConfig;
  readonly symbols: FileRef;
  readonly batches: number;
  /** Symbols whose bars are read again, where an earlier execution has read the others. */
  readonly reread?: FileRef;
  /** Set by the ingest itself when it continues as new. */
  readonly carried?: CarriedIngest;
}

/** The bars in the store, and what fetching them took where they come from a provider. */
export type Ingested = SealedIngest & { readonly fetched?: FetchTotals };

/**
 * Reads the bars of the universe into the bar store, batch by batch, and seals the run's manifest. Bars of a
 * provider are fetched first, as far as they are not in the home yet, under the quota that all runs share.
 */
export async function ingestUniverse(request: IngestRequest): Promise<Ingested> {
  const { config, batches } = request;
  if (!isProvider(config.source)) {
    const next = await readAll(request);
    if (next !== undefined) return continueAsNew<typeof ingestUniverse>({ ...request, carried: next });
    return seal(config, batches);
  }
  const outcome = await ingestFromProvider(request);
  if ('next' in outcome) return continueAsNew<typeof ingestUniverse>({ ...request, carried: outcome.next });
  return { ...(await seal(config, batches)), fetched: outcome.totals };
}

/** Sources that cost nothing to read: several batches at once. @returns What is left, if the history is full. */
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
    // One batch that cannot be read ends the ingest: nothing is begun that would be thrown away.
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

// An ingest ends on the build that it began on: it is short.
setWorkflowOptions(onUpgrade('PINNED'), ingestUniverse);
