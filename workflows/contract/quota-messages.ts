import { defineQuery, defineSignal } from '@temporalio/workflow';

import type { QuotaLimits } from '../../data/sources/quota-limits.js';

/** Permission to make some calls until a time. Unused calls lapse then. */
export interface Lease {
  readonly id: string;
  readonly calls: number;
  /** Workflow time in milliseconds: no call may start later. */
  readonly expiresAt: number;
}

/** Input of `keepQuota`. */
export interface KeeperRequest {
  readonly provider: string;
  readonly limits: QuotaLimits;
}

/** A workflow asks for calls. A second request with the same id is the same request. */
export interface LeaseRequest {
  readonly id: string;
  /** The workflow that asks and gets the answer. */
  readonly workflowId: string;
  readonly calls: number;
  /** The provider's limits; those of the latest request count. */
  readonly limits: QuotaLimits;
}

/** A workflow returns a lease. */
export interface LeaseReturn {
  readonly id: string;
  /** Calls that were made, or may have been made. */
  readonly used: number;
  /** The limit that the provider itself reported as reached. */
  readonly refused: 'span' | 'day' | null;
}

/** Why a request has to wait. */
export interface LeaseDelay {
  readonly id: string;
  /** Workflow time in milliseconds: no lease before. */
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
