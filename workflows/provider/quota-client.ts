import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';

import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import { workflowIds } from '../contract/messages.js';
import type {
  KeeperRequest,
  Lease,
  LeaseDelay,
  LeaseRequest,
  LeaseReturn,
} from '../contract/quota-messages.js';
import {
  leaseDelayedSignal,
  leaseGrantedSignal,
  requestLeaseSignal,
  returnLeaseSignal,
} from '../contract/quota-messages.js';

/** Signature of `keepQuota`, which is started by name: helpers import no workflow. */
type KeepQuota = (request: KeeperRequest) => Promise<void>;

/** Ask again after this time without an answer: somebody may have terminated the keeper. */
const ASK_AGAIN_MS = 15 * 60_000;
/** Attempts to start the keeper before giving up. */
const STARTS = 5;

/** Leases calls to one provider for a workflow. */
export interface QuotaClient {
  /** Waits, for hours if necessary, until some calls may be made: at least one, at most `calls`. */
  lease(calls: number, limits: QuotaLimits): Promise<Lease>;
  /** Must be called after every lease, also when the work under it failed or was cancelled. */
  giveBack(lease: Lease, used: number, refused: LeaseReturn['refused']): Promise<void>;
  /** The delay that the keeper announced; undefined if it announced none. */
  delay(): LeaseDelay | undefined;
}

/**
 * Makes the workflow a client of its provider's quota. One workflow, the keeper, keeps the quota for all runs:
 * the first client starts it, and it outlives its clients.
 *
 * @param onDelay Called when the keeper announces a delay.
 */
export function quotaClient(provider: string, onDelay: () => void): QuotaClient {
  const keeper = workflowIds.quota(provider);
  let delay: LeaseDelay | undefined;
  /** The open request, and the lease granted to it. */
  let out: { readonly id: string; lease?: Lease } = { id: '' };
  let asked = 0;
  /** Leases granted to an earlier execution of this workflow: nobody will use them. */
  const orphanedLeases: Lease[] = [];

  setHandler(leaseGrantedSignal, (lease) => {
    if (lease.id === out.id) out.lease = lease;
    else orphanedLeases.push(lease);
  });
  setHandler(leaseDelayedSignal, (announced) => {
    if (announced.id !== out.id) return;
    delay = announced;
    onDelay();
  });

  const giveBack = async (lease: Lease, used: number, refused: LeaseReturn['refused']): Promise<void> =>
    CancellationScope.nonCancellable(async () => {
      try {
        await getExternalWorkflowHandle(keeper).signal(returnLeaseSignal, { id: lease.id, used, refused });
      } catch {
        // A keeper that has ended has no open leases either.
      }
    });

  return {
    delay: () => delay,
    giveBack,
    lease: async (calls, limits) => {
      const { workflowId, runId } = workflowInfo();
      asked += 1;
      const request: typeof out = { id: `${workflowId}/${runId.slice(0, 8)}/${asked}` };
      out = request;
      for (;;) {
        for (const lease of orphanedLeases.splice(0)) await giveBack(lease, 0, null);
        await ask(keeper, provider, { id: request.id, workflowId, calls, limits });
        const timeout = Math.max(ASK_AGAIN_MS, (delay?.until ?? 0) - Date.now() + limits.spanMs);
        const summary = `${provider}: waiting for quota`;
        await condition(() => request.lease !== undefined, timeout, { summary });
        if (request.lease === undefined) continue;
        delay = undefined;
        return request.lease;
      }
    },
  };
}

async function ask(keeper: string, provider: string, request: LeaseRequest): Promise<void> {
  for (let start = 1; ; start += 1) {
    try {
      await getExternalWorkflowHandle(keeper).signal(requestLeaseSignal, request);
      return;
    } catch (error) {
      if (isCancellation(error) || start > STARTS) throw error;
      await startKeeper(keeper, provider, request.limits);
    }
  }
}

async function startKeeper(keeper: string, provider: string, limits: QuotaLimits): Promise<void> {
  try {
    await startChild<KeepQuota>('keepQuota', {
      workflowId: keeper,
      args: [{ provider, limits }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      staticSummary: `quota of ${provider}, for all runs`,
    });
  } catch (error) {
    // Another run has started it meanwhile.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
