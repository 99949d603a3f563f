import { defineQuery, defineSignal } from '@temporalio/workflow';

import type { QuotaLimits } from '../../data/sources/quota-limits.js';

/** Leave to make some calls until a time. What is not used by then is gone. */
export interface Lease {
  readonly id: string;
  readonly calls: number;
  /** Workflow time in milliseconds: no call may begin later. */
  readonly expiresAt: number;
}

/** What a `keepQuota` is started with. */
export interface KeeperRequest {
  readonly provider: string;
  readonly limits: QuotaLimits;
}

/** A workflow asks for calls. Asked again under the same id, it is the same request. */
export interface LeaseRequest {
  readonly id: string;
  /** Who asks, and is told. */
  readonly workflowId: string;
  readonly calls: number;
  /** As the workflow that asks last knows them. */
  readonly limits: QuotaLimits;
}

/** A workflow gives a lease back. */
export interface LeaseReturn {
  readonly id: string;
  /** Calls that were made, or may have been. */
  readonly used: number;
  /** The limit that the provider itself said is reached. */
  readonly refused: 'span' | 'day' | null;
}

/** Why a request has to wait. */
export interface LeaseDelay {
  readonly id: string;
  /** Workflow time in milliseconds: not before. */
  readonly until: number;
  readonly limit: 'span' | 'day';
}

/** Answer of `quota`. Times in milliseconds of workflow time. */
export interface QuotaUse {
  readonly dayCalls: number;
  readonly dayLimit: number;
  readonly openLeases: number;
  readonly waiting: number;
}

export const requestLeaseSignal = defineSignal<[LeaseRequest]>('requestLease');
export const returnLeaseSignal = defineSignal<[LeaseReturn]>('returnLease');
export const leaseGrantedSignal = defineSignal<[Lease]>('leaseGranted');
export const leaseDelayedSignal = defineSignal<[LeaseDelay]>('leaseDelayed');
export const quotaQuery = defineQuery<QuotaUse, []>('quota');
