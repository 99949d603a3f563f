import { continueAsNew, isCancellation, setWorkflowOptions } from '@temporalio/workflow';

import type { CohortHead } from '../activities/plan/activities.js';
import type { CohortRequest, CohortResult } from './contract/cohort.js';
import type { TrainQueue } from './contract/profiles.js';
import type { Limits } from './run/begin-cohort.js';
import { beginCohort } from './run/begin-cohort.js';
import { ARMS, CohortProgress } from './run/cohort-progress.js';
import { meta, trainOn } from './shared/activities.js';
import { asWorkflowFailure, errorTypeOf, messageOf } from './shared/failures.js';
import { heldGate } from './shared/held-gate.js';
import { isHistoryLong } from './shared/history-length.js';
import { inPool } from './shared/pool.js';
import { onUpgrade } from './shared/versioning.js';

/** Shards at once: while one is trained, the worker of the next one reads its bars. */
const WIDTH = 2;

/**
 * Trains all windows of one cohort: the prior, then the shards; first on the real bars, then on the placebo. If a
 * shard fails, only its own windows fail.
 */
export async function trainCohort(request: CohortRequest): Promise<CohortResult> {
  const { config, cohort, ingest, plan, carried } = request;
  let { trainQueue } = request;
  const held = heldGate(carried?.hold);
  const { gate } = held;
  const progress = new CohortProgress(cohort, carried?.progress);

  for (const arm of ARMS.slice(carried === undefined ? 0 : ARMS.indexOf(carried.arm))) {
    const title = `${cohort.id} · ${arm === 'real' ? '' : 'placebo '}`;
    const from = carried?.arm === arm ? carried : undefined;
    if (from === undefined)
      progress.setCurrent(arm === 'real' ? 'prior of the cohort' : 'prior of the placebo');
    const fitPrior = async (queue: TrainQueue, limits: Limits = {}) =>
      gate.pass(async () =>
        trainOn(queue).fitPrior.executeWithOptions({ summary: `${title}prior`, ...limits }, [
          { config, cohort: cohort.id, arm, ingest },
        ]),
      );
    let prior = from?.prior;
    if (carried === undefined && arm === 'real')
      ({ trainQueue, result: prior } = await beginCohort(request, fitPrior));
    prior ??= await fitPrior(trainQueue);
    if (from === undefined) progress.unitDone();

    const first = from?.shard ?? 0;
    const waiting = Array.from({ length: cohort.shards - first }, (_, index) => first + index);
    await inPool({ waiting, width: () => WIDTH, draining: isHistoryLong }, async (shard) => {
      const summary = `${title}shard ${shard + 1}/${cohort.shards} · ${shardSize(cohort, shard)} windows`;
      progress.setCurrent(summary);
      try {
        const counts = await gate.pass(async () =>
          trainOn(trainQueue).teachShard.executeWithOptions({ summary }, [
            { config, cohort: cohort.id, arm, ingest, plan, prior, shard },
          ]),
        );
        progress.shardDone(arm, counts);
      } catch (error) {
        if (isCancellation(error)) throw error;
        // Without a placebo, no figure of the cohort can be trusted.
        if (arm === 'placebo') throw asWorkflowFailure(error);
        progress.shardFailed(shardSize(cohort, shard), {
          shard,
          error: errorTypeOf(error),
          message: messageOf(error),
        });
      }
    });
    const [shard] = waiting;
    if (shard !== undefined) {
      const rest = {
        version: 1,
        arm,
        prior,
        shard,
        progress: progress.snapshot(),
        hold: held.hold(),
      } as const;
      return continueAsNew<typeof trainCohort>({ ...request, trainQueue, carried: rest });
    }
  }
  await gate.opened();
  const lost = progress.lostShards();
  await meta.sealCohort.executeWithOptions({ summary: `${cohort.id} · seal` }, [
    { config, cohort: cohort.id, plan, ...(lost.length === 0 ? {} : { lost }) },
  ]);
  progress.setCurrent('done');
  return { ...progress.counts(), trainQueue };
}

// A cohort stays on the build that it started on, so that one version trains all of it.
setWorkflowOptions(onUpgrade('PINNED'), trainCohort);

/** Windows of a shard: the plan cuts a cohort into consecutive parts of nearly equal size. */
function shardSize({ windows, shards }: CohortHead, shard: number): number {
  return Math.floor(((shard + 1) * windows) / shards) - Math.floor((shard * windows) / shards);
}
