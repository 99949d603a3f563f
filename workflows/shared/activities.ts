import { proxyActivities } from '@temporalio/workflow';

import type { AuditActivities } from '../../activities/audit/activities.js';
import type { DistillActivities } from '../../activities/distill/activities.js';
import type { IngestActivities } from '../../activities/ingest/activities.js';
import type { FetchActivities } from '../../activities/ingest/fetch/activities.js';
import type { PlanActivities } from '../../activities/plan/activities.js';
import type { PromoteActivities } from '../../activities/promote/activities.js';
import type { ScoreActivities } from '../../activities/score/activities.js';
import type { StressActivities } from '../../activities/stress/activities.js';
import type { TeachActivities, TeachIndexActivities } from '../../activities/teach/activities.js';
import type { ValidateActivities } from '../../activities/validate/activities.js';
import type { TrainQueue } from '../contract/profiles.js';
import { profiles, trainProfile } from '../contract/profiles.js';

/**
 * The activities, each bound to its queue and profile. `proxyActivities` is called in this file only, so no
 * activity runs without a profile.
 */
export const meta = proxyActivities<PlanActivities & TeachIndexActivities>(profiles.meta);
export const io = proxyActivities<IngestActivities & Pick<FetchActivities, 'planFetch' | 'closeLease'>>(
  profiles.io,
);
export const fetching = proxyActivities<Pick<FetchActivities, 'fetchSymbols'>>(profiles.fetch);
export const cpu = proxyActivities<ValidateActivities>(profiles.cpu);
export const artifact = proxyActivities<
  AuditActivities & Pick<PromoteActivities, 'decideRun' | 'changeChampion'> & ScoreActivities
>(profiles.artifact);
export const opening = proxyActivities<Pick<PromoteActivities, 'openPromotion'>>(profiles.opening);
export const standing = proxyActivities<
  Pick<PromoteActivities, 'remindDecision' | 'expireDecision' | 'reviewChampion'>
>(profiles.standing);

/** Tensor work, on the queue of the run or the cohort. */
export function trainOn(queue: TrainQueue) {
  return proxyActivities<TeachActivities & DistillActivities & StressActivities>(trainProfile(queue));
}
