import { setCurrentDetails, setHandler } from '@temporalio/workflow';

import { EXCHANGE_OFFSET_MS } from '../../data/time/dates.js';
import type { FetchTotals, CarriedIngest, IngestRequest } from '../contract/ingest.js';
import { unitProgressQuery } from '../contract/messages.js';
import type { LeaseDelay } from '../contract/quota-messages.js';
import { io } from '../shared/activities.js';
import { heldGate } from '../shared/held-gate.js';
import { markdown } from '../shared/markdown.js';
import { fetchBatch } from './fetch-bars.js';
import { quotaClient } from './quota-client.js';

/** Answers carry the time of the workers' clocks, which may be behind the workflow's. */
const CLOCK_SKEW_MS = 2 * 60_000;
const NOTHING_FETCHED: FetchTotals = { calls: 0, added: 0, revised: 0 };

/**
 * Fetches missing bars and reads them into the bar store, one batch after the other: the provider's quota is
 * the bottleneck.
 *
 * @returns The totals, or the state for the next execution when the history is full.
 */
export async function ingestFromProvider(
  request: IngestRequest,
): Promise<{ readonly totals: FetchTotals } | { readonly next: CarriedIngest }> {
  const { config, symbols, batches, reread, carried } = request;
  const again = reread === undefined ? {} : { reread };
  const { gate, hold } = heldGate(carried?.hold);
  const since = carried?.fetching?.since ?? new Date(Date.now() - CLOCK_SKEW_MS).toISOString();
  let totals = carried?.fetching?.totals ?? NOTHING_FETCHED;
  let trouble = carried?.fetching?.trouble;
  let batch = carried?.batch ?? 0;
  let doing = 'starting';
  const quota = quotaClient(config.source, () => report(doing));
  const current = (): string => {
    const delay = quota.delay();
    const waits = delay === undefined ? '' : `; ${delayText(config.source, delay)}`;
    return `batch ${Math.min(batch + 1, batches)} of ${batches}: ${doing}${waits}`;
  };
  const report = (text: string): void => {
    doing = text;
    setCurrentDetails(
      markdown([
        `${current()}, ${symbols.rows} symbols in all`,
        `${totals.calls} calls so far, ${totals.added} bars added, ${totals.revised} restated`,
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

  for (; batch < batches; batch += 1) {
    const wanted = { config, symbols, batch, batches, since };
    const part = await fetchBatch(wanted, { quota, gate, trouble }, report);
    trouble = part.trouble;
    totals = {
      calls: totals.calls + part.calls,
      added: totals.added + part.added,
      revised: totals.revised + part.revised,
    };
    if (!part.done) {
      const fetching = { since, totals, ...(trouble === undefined ? {} : { trouble }) };
      return { next: { version: 1, batch, hold: hold(), fetching } };
    }
    report('checking the bars');
    const summary = `${config.source} · batch ${batch + 1}/${batches} · into the bar store`;
    await gate.pass(async () =>
      io.ingestSymbols.executeWithOptions({ summary }, [{ config, symbols, batch, batches, ...again }]),
    );
  }
  return { totals };
}

function delayText(provider: string, { until, limit }: LeaseDelay): string {
  const clock = new Date(until + EXCHANGE_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
  return `waiting for ${provider} until ${clock} IST (its calls of the ${limit === 'day' ? 'day' : 'minute'} are used)`;
}
