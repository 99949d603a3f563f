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

/** As `keepQuota` of keep-quota.ts, which is started by its name: helpers import no workflow. */
type KeepQuota = (request: KeeperRequest) => Promise<void>;

/** Ask again when nothing was heard for so long: the keeper may have been ended by hand. */
const ASK_AGAIN_MS = 15 * 60_000;
/** Starts of the keeper that are tried before its provider's quota counts as lost. */
const STARTS = 5;

/** Leases calls of one provider for the workflow that makes it. */
export interface QuotaClient {
  /** Waits, hours if need be, until some calls may be made: at least one, at most `calls`. */
  lease(calls: number, limits: QuotaLimits): Promise<Lease>;
  /** To be done after every lease, also when the work under it failed or was cancelled. */
  giveBack(lease: Lease, used: number, refused: LeaseReturn['refused']): Promise<void>;
  /** What the workflow waits for now. */
  delay(): LeaseDelay | undefined;
}

/**
 * Makes the workflow a client of its provider's quota. The keeper of the quota is one workflow for all runs;
 * whoever needs it first starts it, and it outlives whoever started it.
 *
 * @param heard Called when a delay was told.
 */
export function quotaClient(provider: string, heard: () => void): QuotaClient {
  const keeper = workflowIds.quota(provider);
  let delay: LeaseDelay | undefined;
  /** The request that is out, and what was granted to it. */
  let out: { readonly id: string; lease?: Lease } = { id: '' };
  let asked = 0;
  /** Granted to what this workflow was before it was started again: nobody will use them. */
  const strays: Lease[] = [];

  setHandler(leaseGrantedSignal, (lease) => {
    if (lease.id === out.id) out.lease = lease;
    else strays.push(lease);
  });
  setHandler(leaseDelayedSignal, (told) => {
    if (told.id !== out.id) return;
    delay = told;
    heard();
  });

  const giveBack = async (lease: Lease, used: number, refused: LeaseReturn['refused']): Promise<void> =>
    CancellationScope.nonCancellable(async () => {
      try {
        await getExternalWorkflowHandle(keeper).signal(returnLeaseSignal, { id: lease.id, used, refused });
      } catch {
        // A keeper that is gone forgets its leases, too.
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
        for (const stray of strays.splice(0)) await giveBack(stray, 0, null);
        await ask(keeper, provider, { id: request.id, workflowId, calls, limits });
        const patience = Math.max(ASK_AGAIN_MS, (delay?.until ?? 0) - Date.now() + limits.spanMs);
        const summary = `${provider}: waiting for calls`;
        await condition(() => request.lease !== undefined, patience, { summary });
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
      staticSummary: `the calls of ${provider}, for all runs`,
    });
  } catch (error) {
    // Another run was faster.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
