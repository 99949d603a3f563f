import { ApplicationFailure, isCancellation, sleep } from '@temporalio/workflow';

import type { FetchedPart, FetchRequest } from '../activities/ingest/fetch/activities.js';
import { ERROR_POLICIES } from '../data/errors.js';
import { fetching, io } from './activities.js';
import { asWorkflowFailure, errorTypeOf } from './failures.js';
import type { Gate } from './gate.js';
import { isHistoryLong } from './history-length.js';
import type { QuotaClient } from './quota-client.js';
import type { Lease } from './quota-rule.js';

/** Calls leased at once: few, so that several runs get their turn. */
const LEASE_CALLS = 50;
const MINUTE_MS = 60_000;
/** Waits after an answer that did not come, doubling. */
const OUTAGE_MS = { first: 30_000, most: 10 * MINUTE_MS, all: 24 * 60 * MINUTE_MS };
/** Looks for a new login every few minutes: days may pass before somebody logs in. */
const LOGIN_MS = { every: MINUTE_MS, all: 7 * 24 * 60 * MINUTE_MS };
/** Parts in a row that may be lost with their workers. */
const MOST_LOST = 50;

/** What an ingest has fetched so far. */
export interface FetchTotals {
  readonly calls: number;
  readonly added: number;
  readonly revised: number;
}

/** How one batch ended: with nothing left to ask, or because the history of the workflow is full. */
export interface BatchFetched extends FetchTotals {
  readonly done: boolean;
}

/**
 * Fetches the bars of one batch under leases of the provider's quota, until nothing is left to ask. It waits,
 * on durable timers, for the quota, for a provider that is down (a day at most) and for a new login (a week).
 *
 * @param tell Called with what goes on.
 * @throws ApplicationFailure when waiting does not help.
 */
export async function fetchBatch(
  request: FetchRequest,
  { quota, gate }: { readonly quota: QuotaClient; readonly gate: Gate },
  tell: (text: string) => void,
): Promise<BatchFetched> {
  const title = `${request.config.source} · batch ${request.batch + 1}/${request.batches}`;
  const { left: first, limits } = await io.planFetch.executeWithOptions({ summary: `${title} · plan` }, [
    request,
  ]);
  const total = { calls: 0, added: 0, revised: 0 };
  const waits = patience(title, tell);
  let left = first;
  let lost = 0;
  while (left > 0) {
    if (isHistoryLong()) return { ...total, done: false };
    await gate.opened();
    tell(`${left} calls to make`);
    // After trouble one call shows whether it is over.
    const probing = waits.inTrouble();
    const lease = await quota.lease(probing ? 1 : Math.min(LEASE_CALLS, left), limits);
    tell(`${left} calls to make`);
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
    await waits.after(part);
  }
  return { ...total, done: true };
}

/** One lease's worth of calls; an error that another try may mend is given, any other thrown. */
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
 * How many calls of a lease were made when its activity ended without an answer. Where that cannot be found
 * out at once, all of them: the limit comes before the time it takes.
 */
async function usedOf({ config }: FetchRequest, lease: Lease, error: unknown): Promise<number> {
  if (isCancellation(error)) return lease.calls;
  try {
    const summary = `${config.source} · the calls of a lost worker`;
    const { used } = await io.closeLease.executeWithOptions({ summary }, [{ config, lease }]);
    return used;
  } catch {
    return lease.calls;
  }
}

/** Waits for what comes back: a provider that does not answer, a login that has ended. */
function patience(title: string, tell: (text: string) => void) {
  let trouble: 'session' | 'down' | undefined;
  let waited = 0;
  let next = OUTAGE_MS.first;
  return {
    inTrouble: () => trouble !== undefined,
    after: async ({ blocked, message, used }: FetchedPart): Promise<void> => {
      if (blocked !== 'session' && blocked !== 'down') {
        if (used > 0) trouble = undefined;
        return;
      }
      if (trouble !== blocked) {
        trouble = blocked;
        waited = 0;
        next = OUTAGE_MS.first;
      }
      const text = message ?? (blocked === 'down' ? 'the provider does not answer' : 'the login has ended');
      tell(text);
      const { wait, all } =
        blocked === 'down' ? { wait: next, all: OUTAGE_MS.all } : { wait: LOGIN_MS.every, all: LOGIN_MS.all };
      if (waited >= all)
        throw ApplicationFailure.create({
          type: blocked === 'down' ? 'ProviderDown' : 'InvalidInput',
          message: `waited ${all / MINUTE_MS / 60} hours in vain: ${text}`,
          nonRetryable: true,
        });
      await sleep(wait, { summary: `${title} · ${blocked === 'down' ? 'no answer' : 'log in again'}` });
      waited += wait;
      next = Math.min(2 * next, OUTAGE_MS.most);
    },
  };
}
