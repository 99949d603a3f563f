import { isCancellation, sleep } from '@temporalio/workflow';

import type { FetchedPart, FetchRequest } from '../../activities/ingest/fetch/activities.js';
import { ERROR_POLICIES } from '../../data/errors.js';
import type { FetchTotals, ProviderTrouble } from '../contract/ingest.js';
import type { Lease } from '../contract/quota-messages.js';
import { fetching, io } from '../shared/activities.js';
import { asWorkflowFailure, errorTypeOf } from '../shared/failures.js';
import type { Gate } from '../shared/gate.js';
import { isHistoryLong } from '../shared/history-length.js';
import { providerBackoff } from './provider-trouble.js';
import type { QuotaClient } from './quota-client.js';

/** Calls leased at once: few, so that several runs take turns. */
const LEASE_CALLS = 50;
const MINUTE_MS = 60_000;
/** Leases in a row that may be lost with their workers. */
const MOST_LOST = 50;

/** How one batch ended: with all calls made, or because the workflow's history is full. */
export interface BatchFetched extends FetchTotals {
  readonly done: boolean;
  /** What the next execution keeps waiting for. */
  readonly trouble?: ProviderTrouble;
}

export interface FetchMeans {
  readonly quota: QuotaClient;
  readonly gate: Gate;
  /** What an earlier execution was waiting for. */
  readonly trouble?: ProviderTrouble | undefined;
}

/**
 * Fetches the bars of one batch under leases of the provider's quota, until no call is left. It waits on
 * durable timers: for the quota, for a provider that is down (at most a day), and for a new login (at most a
 * week).
 *
 * @param report Called with what it is doing.
 * @throws ApplicationFailure when waiting does not help.
 */
export async function fetchBatch(
  request: FetchRequest,
  { quota, gate, trouble }: FetchMeans,
  report: (text: string) => void,
): Promise<BatchFetched> {
  const title = `${request.config.source} · batch ${request.batch + 1}/${request.batches}`;
  const { left: first, limits } = await io.planFetch.executeWithOptions({ summary: `${title} · plan` }, [
    request,
  ]);
  const total = { calls: 0, added: 0, revised: 0 };
  const backoff = providerBackoff(title, report, trouble);
  let left = first;
  let lost = 0;
  while (left > 0) {
    if (isHistoryLong()) {
      const carried = backoff.trouble();
      return { ...total, done: false, ...(carried === undefined ? {} : { trouble: carried }) };
    }
    await gate.opened();
    report(`${left} calls to make`);
    // After trouble, one call checks whether the provider answers again.
    const probing = backoff.trouble() !== undefined;
    const lease = await quota.lease(probing ? 1 : Math.min(LEASE_CALLS, left), limits);
    report(`${left} calls to make`);
    const summary = `${title} · ${lease.calls} of ${left} calls`;
    const part = await fetchPart({ ...request, probing }, lease, quota, summary);
    if (part instanceof Error) {
      lost += 1;
      if (lost > MOST_LOST) throw part;
      await sleep(Math.min(lost * 1000, MINUTE_MS), { summary: `${title} · after a lost worker` });
      continue;
    }
    lost = 0;
    left = part.left;
    total.calls += part.used;
    total.added += part.added;
    total.revised += part.revised;
    await backoff.after(part);
  }
  return { ...total, done: true };
}

/** Makes the calls of one lease. Returns an error that a retry may fix, and throws any other. */
async function fetchPart(
  request: FetchRequest & { readonly probing: boolean },
  lease: Lease,
  quota: QuotaClient,
  summary: string,
): Promise<FetchedPart | Error> {
  try {
    const part = await fetching.fetchSymbols.executeWithOptions({ summary }, [{ ...request, lease }]);
    const { blocked } = part;
    await quota.giveBack(lease, part.used, blocked === 'span' || blocked === 'day' ? blocked : null);
    return part;
  } catch (error) {
    await quota.giveBack(lease, await usedOf(request, lease, error), null);
    if (isCancellation(error)) throw error;
    const failure = asWorkflowFailure(error);
    if (ERROR_POLICIES[errorTypeOf(error)].retry) return failure;
    throw failure;
  }
}

/**
 * How many calls of a lease were made when its activity ended without an answer. If that cannot be found out at
 * once, all of them count: keeping the limit matters more than time.
 */
async function usedOf({ config }: FetchRequest, lease: Lease, error: unknown): Promise<number> {
  if (isCancellation(error)) return lease.calls;
  try {
    const summary = `${config.source} · count the calls of a lost worker`;
    const { used } = await io.closeLease.executeWithOptions({ summary }, [{ config, lease }]);
    return used;
  } catch {
    return lease.calls;
  }
}
