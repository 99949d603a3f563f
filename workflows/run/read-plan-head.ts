import type { PlanHead, SettledRun } from '../../activities/plan/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { meta } from '../shared/activities.js';

/** Plans a run and reads its list of cohorts in parts, so that every payload stays small. */
export async function readPlanHead(
  { config, finished }: Pick<SettledRun, 'config' | 'finished'>,
  ingest: FileRef,
): Promise<PlanHead> {
  const summary = 'windows, cohorts and shards';
  const { cohortCount, ...head } = await meta.planRun.executeWithOptions({ summary }, [
    { config, ingest, ...(finished === undefined ? {} : { finished }) },
  ]);
  const cohorts = [...head.cohorts];
  while (cohorts.length < cohortCount) {
    const from = cohorts.length;
    cohorts.push(
      ...(await meta.listCohorts.executeWithOptions(
        { summary: `cohorts from ${from + 1} of ${cohortCount}` },
        [{ plan: head.plan, from }],
      )),
    );
  }
  return { ...head, cohorts };
}
