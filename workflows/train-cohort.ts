import { setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { CohortHead } from '../activities/plan/activities.js';
import type { TaughtCounts } from '../activities/teach/activities.js';
import type { Arm } from '../activities/teach/feature-table.js';
import type { ErrorType } from '../data/errors.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunConfig } from '../data/schemas/run-input.js';
import { meta, trainOn } from './activities.js';
import { ErrorCounts } from './error-counts.js';
import { asWorkflowFailure, errorTypeOf, messageOf } from './failures.js';
import { inLanes } from './lanes.js';
import { unitProgressQuery } from './messages.js';
import { list, markdown, timeLeft } from './run-details.js';
import type { TrainQueue } from './profiles.js';

/** Shards in flight at once: one trains while the next one's worker reads. */
const WIDTH = 2;
/** Lines on what went wrong, shown and handed on. */
const MAX_NOTES = 10;
const ARMS: readonly Arm[] = ['real', 'placebo'];

/**
 * Trains all windows of one cohort: the universe prior, then the shards, on the real bars and on the
 * placebo. A shard that fails takes its own windows with it and no others.
 */
export async function trainCohort(request: {
  readonly config: RunConfig;
  readonly cohort: CohortHead;
  readonly ingest: FileRef;
  readonly plan: FileRef;
  readonly trainQueue: TrainQueue;
}): Promise<TaughtCounts> {
  const { config, cohort, ingest, plan, trainQueue } = request;
  const { fitPrior, teachShard } = trainOn(trainQueue);
  const progress = new CohortProgress(cohort);

  for (const arm of ARMS) {
    progress.doing(arm === 'real' ? 'universe prior' : 'placebo’s prior');
    const title = `${cohort.id} · ${arm === 'real' ? '' : 'placebo '}`;
    const prior = await fitPrior.executeWithOptions({ summary: `${title}prior` }, [
      { config, cohort: cohort.id, arm, ingest },
    ]);
    progress.unitDone();
    const shards = Array.from({ length: cohort.shards }, (_, shard) => shard);
    await inLanes(
      shards,
      WIDTH,
      async (shard) => {
        const summary = `${title}shard ${shard + 1}/${cohort.shards} · ${shardSize(cohort, shard)} windows`;
        progress.doing(summary);
        const counts = await teachShard.executeWithOptions({ summary }, [
          { config, cohort: cohort.id, arm, ingest, plan, prior, shard },
        ]);
        progress.shardDone(arm, counts);
      },
      (error, shard) => {
        // Without its placebo no figure of the cohort can be trusted.
        if (arm === 'placebo') throw asWorkflowFailure(error);
        progress.shardFailed(shardSize(cohort, shard), errorTypeOf(error), messageOf(error));
      },
    );
  }
  await meta.sealCohort.executeWithOptions({ summary: `${cohort.id} · seal` }, [
    { config, cohort: cohort.id, plan },
  ]);
  progress.doing('done');
  return progress.counts();
}

/** Windows of a shard: the plan cuts a cohort into consecutive parts as equal as can be. */
function shardSize({ windows, shards }: CohortHead, shard: number): number {
  return Math.floor(((shard + 1) * windows) / shards) - Math.floor((shard * windows) / shards);
}

/** Counts of a cohort and their display. */
class CohortProgress {
  private done = 0;
  private succeeded = 0;
  private readonly failed = new ErrorCounts();
  private readonly messages: string[] = [];
  private current = 'waiting for a training worker';

  constructor(private readonly cohort: CohortHead) {
    setHandler(unitProgressQuery, () => ({
      units: { total: this.units(), done: this.done },
      windows: this.cohort.windows,
      succeeded: this.succeeded,
      failed: this.failed.failed(),
      current: this.current,
    }));
  }

  doing(current: string): void {
    this.current = current;
    this.show();
  }

  unitDone(): void {
    this.done += 1;
    this.show();
  }

  shardDone(arm: Arm, counts: TaughtCounts): void {
    if (arm === 'real') {
      this.succeeded += counts.succeeded;
      this.failed.add(counts.failedBy);
      this.messages.push(...counts.notes);
    }
    this.unitDone();
  }

  shardFailed(windows: number, type: ErrorType, message: string): void {
    this.messages.push(`${type}: ${message}`);
    this.failed.add({ [type]: windows });
    this.unitDone();
  }

  counts(): TaughtCounts {
    return {
      succeeded: this.succeeded,
      failedBy: this.failed.byType(),
      notes: this.messages.slice(0, MAX_NOTES),
    };
  }

  private units(): number {
    return ARMS.length * (1 + this.cohort.shards);
  }

  private show(): void {
    const failed = Object.entries(this.failed.byType())
      .map(([type, n]) => `${type} ${n}`)
      .join(', ');
    setCurrentDetails(
      markdown([
        `**${this.current}**`,
        `${this.done} of ${this.units()} units · ${this.succeeded} of ${this.cohort.windows} windows trained${timeLeft(this.done, this.units())}`,
        ...(failed === '' ? [] : [`**Failed:** ${failed}`, list(this.messages.slice(0, MAX_NOTES))]),
      ]),
    );
  }
}
