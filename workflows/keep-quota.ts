import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';

import type { KeeperRequest, Lease, LeaseRequest } from './contract/quota-messages.js';
import {
  leaseDelayedSignal,
  leaseGrantedSignal,
  quotaQuery,
  requestLeaseSignal,
  returnLeaseSignal,
} from './contract/quota-messages.js';
import type { QuotaState } from './provider/quota-rule.js';
import {
  UNUSED_QUOTA,
  blockQuota,
  forgottenAt,
  leaseCalls,
  returnLease,
  settleQuota,
} from './provider/quota-rule.js';
import { isHistoryLong } from './shared/history-length.js';
import { onUpgrade } from './shared/versioning.js';

/** It stays this long after the last message, so that a short pause needs no new start. */
const IDLE_MS = 10 * 60_000;

/** What a keeper carries over a continue-as-new. Plain JSON. */
interface CarriedQuota {
  readonly state?: QuotaState;
  readonly waiting?: readonly LeaseRequest[];
}

/**
 * Keeps the quota of one provider for all runs: leases calls in the order of the requests, by the rule of
 * provider/quota-rule.ts, and waits on durable timers for the next minute or day. It ends when its count no
 * longer matters, at most a day after the last call.
 */
export async function keepQuota(input: KeeperRequest & CarriedQuota): Promise<void> {
  const { provider } = input;
  let { limits, state = UNUSED_QUOTA } = input;
  const waiting = [...(input.waiting ?? [])];
  let lastMessage = Date.now();
  let messageArrived = false;
  let announcedDelay = '';

  const onMessage = (): void => {
    messageArrived = true;
    lastMessage = Date.now();
  };
  setHandler(requestLeaseSignal, (request) => {
    onMessage();
    limits = request.limits;
    if (!waiting.some(({ id }) => id === request.id)) waiting.push(request);
  });
  setHandler(returnLeaseSignal, ({ id, used, refused }) => {
    onMessage();
    state = returnLease(state, limits, lastMessage, { id, used });
    if (refused !== null) state = blockQuota(state, limits, lastMessage, refused);
  });
  setHandler(quotaQuery, () => ({
    dayCalls: state.dayCalls,
    dayLimit: limits.dayCalls,
    openLeases: state.open.length,
    waiting: waiting.length,
  }));

  for (;;) {
    const now = Date.now();
    messageArrived = false;
    state = settleQuota(state, limits, now);
    setCurrentDetails(
      `${provider}: ${state.dayCalls} of ${limits.dayCalls} calls of the day leased, ${waiting.length} requests waiting`,
    );
    if (isHistoryLong()) await continueAsNew<typeof keepQuota>({ provider, limits, state, waiting });

    const request = waiting[0];
    if (request === undefined) {
      const rest = Math.max(lastMessage + IDLE_MS, forgottenAt(state, limits, now)) - now;
      if (rest <= 0) return;
      await condition(() => messageArrived, rest, { summary: 'idle, until the count no longer matters' });
      continue;
    }
    const out = state.open.find(({ id }) => id === request.id);
    const decision =
      out === undefined
        ? leaseCalls(state, limits, now, { id: request.id, wanted: request.calls })
        : { state, lease: out };
    if ('lease' in decision) {
      waiting.shift();
      state = decision.state;
      if (!(await sendGrant(request, decision.lease)))
        state = returnLease(state, limits, now, { id: request.id, used: 0 });
      continue;
    }
    const { waitUntil, limit } = decision;
    const delay = `${request.id} ${waitUntil}`;
    if (delay !== announcedDelay && !(await sendDelay(request, waitUntil, limit))) {
      waiting.shift();
      continue;
    }
    announcedDelay = delay;
    const summary = limit === 'day' ? 'daily quota used up' : 'quota of this minute used up';
    await condition(() => messageArrived, Math.max(1, waitUntil - now), { summary });
  }
}

/** @returns False if the workflow that asked no longer exists. */
async function sendGrant({ workflowId }: LeaseRequest, lease: Lease): Promise<boolean> {
  return trySignal(getExternalWorkflowHandle(workflowId).signal(leaseGrantedSignal, lease));
}

async function sendDelay(
  { workflowId, id }: LeaseRequest,
  until: number,
  limit: 'span' | 'day',
): Promise<boolean> {
  return trySignal(getExternalWorkflowHandle(workflowId).signal(leaseDelayedSignal, { id, until, limit }));
}

async function trySignal(signal: Promise<void>): Promise<boolean> {
  try {
    await signal;
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

// It lives as long as anybody fetches, so a new build takes it over.
setWorkflowOptions(onUpgrade('AUTO_UPGRADE'), keepQuota);
