import { continueAsNew, setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { SealedIngest } from '../activities/ingest/activities.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunConfig } from '../data/schemas/run-input.js';
import { isProvider } from '../data/sources/provider.js';
import { io } from './activities.js';
import { asWorkflowFailure } from './failures.js';
import type { FetchTotals } from './fetch-bars.js';
import { fetchBatch } from './fetch-bars.js';
import { heldGate } from './held-gate.js';
import { inLanes } from './lanes.js';
import type { Hold } from './messages.js';
import { unitProgressQuery } from './messages.js';
import { quotaClient } from './quota-client.js';
import type { LeaseDelay } from './quota-messages.js';
import { markdown, timeLeft } from './run-details.js';

/** Batches read at once. */
const WIDTH = 4;
/** Answers are stamped by the workers' clocks, which may be behind the one of the workflow. */
const CLOCK_SKEW_MS = 2 * 60_000;
const IST_MS = 330 * 60_000;
const NOTHING_FETCHED: FetchTotals = { calls: 0, added: 0, revised: 0 };

/** What an ingest from a provider hands on when its history is full. JSON-safe. */
export interface FetchCarried {
  /** When the ingest began, ISO. */
  readonly since: string;
  readonly batch: number;
  readonly fetched: FetchTotals;
  readonly hold: Hold;
}

/** What is ingested: the run's configuration, its symbols, and the batches in which they are read. */
export interface IngestRequest {
  readonly config: RunConfig;
  readonly symbols: FileRef;
  readonly batches: number;
  /** Of the execution before this one, where its history was full. */
  readonly carried?: FetchCarried;
}

/** The bars in the store, and what fetching them took where they come from a provider. */
export type Ingested = SealedIngest & { readonly fetched?: FetchTotals };

/**
 * Reads the bars of the universe into the bar store, batch by batch, and seals the run's manifest. Bars of a
 * provider are fetched first, as far as they are not in the home yet, under the quota that all runs share.
 */
export async function ingestUniverse(request: IngestRequest): Promise<Ingested> {
  return isProvider(request.config.source) ? ingestFetched(request) : ingestAtOnce(request);
}

/** Sources that cost nothing to read: several batches at once. */
async function ingestAtOnce({ config, symbols, batches }: IngestRequest): Promise<Ingested> {
  const { gate } = heldGate();
  let done = 0;
  const current = (): string => `${done} of ${batches} batches done`;
  setHandler(unitProgressQuery, () => ({
    units: { total: batches, done },
    windows: symbols.rows,
    succeeded: Math.floor((symbols.rows * done) / batches),
    failed: 0,
    current: current(),
  }));

  let failure: unknown;
  await inLanes(
    Array.from({ length: batches }, (_, batch) => batch),
    WIDTH,
    async (batch) => {
      // One batch that cannot be read ends the ingest: do not start what would be thrown away.
      if (failure !== undefined) return;
      const summary = `${config.source} · batch ${batch + 1}/${batches}`;
      await gate.pass(async () =>
        io.ingestSymbols.executeWithOptions({ summary }, [{ config, symbols, batch, batches }]),
      );
      done += 1;
      setCurrentDetails(markdown([`${current()}, ${symbols.rows} symbols in all${timeLeft(done, batches)}`]));
    },
    (error) => {
      failure ??= error;
    },
  );
  if (failure !== undefined) throw asWorkflowFailure(failure);
  return seal(config, batches);
}

/** A provider: one batch after the other, since its quota is what takes the time. */
async function ingestFetched({ config, symbols, batches, carried }: IngestRequest): Promise<Ingested> {
  const held = heldGate(carried?.hold);
  const { gate } = held;
  const since = carried?.since ?? new Date(Date.now() - CLOCK_SKEW_MS).toISOString();
  let { batch, fetched } = carried ?? { batch: 0, fetched: NOTHING_FETCHED };
  let doing = 'begins';
  const quota = quotaClient(config.source, () => tell(doing));
  const current = (): string => {
    const delay = quota.delay();
    const waits = delay === undefined ? '' : `; ${delayText(config.source, delay)}`;
    return `batch ${Math.min(batch + 1, batches)} of ${batches}: ${doing}${waits}`;
  };
  const tell = (text: string): void => {
    doing = text;
    setCurrentDetails(
      markdown([
        `${current()}, ${symbols.rows} symbols in all`,
        `${fetched.calls} calls so far, ${fetched.added} bars added, ${fetched.revised} restated`,
      ]),
    );
  };
  setHandler(unitProgressQuery, () => ({
    units: { total: batches, done: batch },
    windows: symbols.rows,
    succeeded: Math.floor((symbols.rows * batch) / batches),
    failed: 0,
    current: current(),
  }));

  while (batch < batches) {
    const part = await fetchBatch({ config, symbols, batch, batches, since }, { quota, gate }, tell);
    fetched = {
      calls: fetched.calls + part.calls,
      added: fetched.added + part.added,
      revised: fetched.revised + part.revised,
    };
    if (!part.done) {
      const next = { since, batch, fetched, hold: held.hold() };
      return continueAsNew<typeof ingestUniverse>({ config, symbols, batches, carried: next });
    }
    tell('checking the bars');
    const summary = `${config.source} · batch ${batch + 1}/${batches} · into the bar store`;
    await gate.pass(async () =>
      io.ingestSymbols.executeWithOptions({ summary }, [{ config, symbols, batch, batches }]),
    );
    batch += 1;
  }
  return { ...(await seal(config, batches)), fetched };
}

async function seal(config: RunConfig, batches: number): Promise<SealedIngest> {
  const sealed = await io.sealIngest.executeWithOptions({ summary: 'seal' }, [{ config, batches }]);
  const statuses = Object.entries(sealed.statuses).map(([status, count]) => `${status} ${count}`);
  setCurrentDetails(markdown([`**${sealed.symbols} symbols:** ${statuses.join(', ')}`]));
  return sealed;
}

function delayText(provider: string, { until, limit }: LeaseDelay): string {
  const clock = new Date(until + IST_MS).toISOString().slice(0, 16).replace('T', ' ');
  return `waiting for ${provider} until ${clock} IST (its calls of the ${limit === 'day' ? 'day' : 'minute'} are used)`;
}
