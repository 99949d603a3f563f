import {
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';

import type { CohortHead } from '../activities/plan/activities.js';
import type { TaughtCounts } from '../activities/teach/activities.js';
import type { Arm } from '../activities/teach/feature-table.js';
import type { ErrorType } from '../data/errors.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunConfig } from '../data/schemas/run-input.js';
import { meta, trainOn } from './activities.js';
import { ErrorCounts } from './error-counts.js';
import { asWorkflowFailure, errorTypeOf, messageOf } from './failures.js';
import { heldGate } from './held-gate.js';
import { isHistoryLong } from './history-length.js';
import type { Hold } from './messages.js';
import { unitProgressQuery } from './messages.js';
import { inPool } from './pool.js';
import type { TrainQueue } from './profiles.js';
import { list, markdown, timeLeft } from './run-details.js';
import { onUpgrade } from './versioning.js';

/** Shards in flight at once: one trains while the next one's worker reads. */
const WIDTH = 2;
/** Lines on what went wrong, shown and handed on. */
const MAX_NOTES = 10;
const ARMS: readonly Arm[] = ['real', 'placebo'];

/** What a cohort is to be taught. */
export interface CohortRequest {
  readonly config: RunConfig;
  readonly cohort: CohortHead;
  readonly ingest: FileRef;
  readonly plan: FileRef;
  readonly trainQueue: TrainQueue;
  /** Set by the cohort itself when it continues as new. */
  readonly carried?: CarriedCohort;
}

/** What a cohort hands to its own next execution, between two shards. Plain JSON. */
interface CarriedCohort {
  readonly version: 1;
  readonly arm: Arm;
  readonly prior: FileRef;
  /** First shard that is not done; all before it are. */
  readonly shard: number;
  readonly progress: ProgressState;
  readonly hold: Hold;
}

/**
 * Trains all windows of one cohort: the universe prior, then the shards, on the real bars and on the
 * placebo. A shard that fails takes its own windows with it and no others.
 */
export async function trainCohort(request: CohortRequest): Promise<TaughtCounts> {
  const { config, cohort, ingest, plan, trainQueue, carried } = request;
  const { fitPrior, teachShard } = trainOn(trainQueue);
  const held = heldGate(carried?.hold);
  const { gate } = held;
  const progress = new CohortProgress(cohort, carried?.progress);

  for (const arm of ARMS.slice(carried === undefined ? 0 : ARMS.indexOf(carried.arm))) {
    const title = `${cohort.id} · ${arm === 'real' ? '' : 'placebo '}`;
    const from = carried?.arm === arm ? carried : undefined;
    if (from === undefined) progress.doing(arm === 'real' ? 'universe prior' : 'placebo’s prior');
    const prior =
      from?.prior ??
      (await gate.pass(async () =>
        fitPrior.executeWithOptions({ summary: `${title}prior` }, [
          { config, cohort: cohort.id, arm, ingest },
        ]),
      ));
    if (from === undefined) progress.unitDone();

    const first = from?.shard ?? 0;
    const waiting = Array.from({ length: cohort.shards - first }, (_, index) => first + index);
    await inPool({ waiting, width: () => WIDTH, draining: isHistoryLong }, async (shard) => {
      const summary = `${title}shard ${shard + 1}/${cohort.shards} · ${shardSize(cohort, shard)} windows`;
      progress.doing(summary);
      try {
        const counts = await gate.pass(async () =>
          teachShard.executeWithOptions({ summary }, [
            { config, cohort: cohort.id, arm, ingest, plan, prior, shard },
          ]),
        );
        progress.shardDone(arm, counts);
      } catch (error) {
        if (isCancellation(error)) throw error;
        // Without its placebo no figure of the cohort can be trusted.
        if (arm === 'placebo') throw asWorkflowFailure(error);
        progress.shardFailed(shardSize(cohort, shard), errorTypeOf(error), messageOf(error));
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
      return continueAsNew<typeof trainCohort>({ ...request, carried: rest });
    }
  }
  await gate.opened();
  await meta.sealCohort.executeWithOptions({ summary: `${cohort.id} · seal` }, [
    { config, cohort: cohort.id, plan },
  ]);
  progress.doing('done');
  return progress.counts();
}

// A cohort ends on the build that it began on, so that all of it is trained by one code.
setWorkflowOptions(onUpgrade('PINNED'), trainCohort);

/** Windows of a shard: the plan cuts a cohort into consecutive parts as equal as can be. */
function shardSize({ windows, shards }: CohortHead, shard: number): number {
  return Math.floor(((shard + 1) * windows) / shards) - Math.floor((shard * windows) / shards);
}

/** Counts of a cohort, as plain JSON. */
interface ProgressState {
  readonly done: number;
  readonly succeeded: number;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly reused?: number;
  readonly messages: readonly string[];
}

/** Counts of a cohort and their display. */
class CohortProgress {
  private done = 0;
  private succeeded = 0;
  private reused = 0;
  private readonly failed = new ErrorCounts();
  private readonly messages: string[] = [];
  private current = 'waiting for a training worker';

  constructor(
    private readonly cohort: CohortHead,
    carried?: ProgressState,
  ) {
    this.done = carried?.done ?? 0;
    this.succeeded = carried?.succeeded ?? 0;
    this.reused = carried?.reused ?? 0;
    this.failed.add(carried?.failedBy ?? {});
    this.messages.push(...(carried?.messages ?? []));
    setHandler(unitProgressQuery, () => ({
      units: { total: this.units(), done: this.done },
      windows: this.cohort.windows,
      succeeded: this.succeeded,
      failed: this.failed.failed(),
      current: this.current,
    }));
  }

  snapshot(): ProgressState {
    const { done, succeeded, reused, failed, messages } = this;
    return { done, succeeded, reused, failedBy: failed.byType(), messages: messages.slice(0, MAX_NOTES) };
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
      this.reused += counts.reused ?? 0;
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
      reused: this.reused,
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
        `${this.done} of ${this.units()} units · ${this.succeeded} of ${this.cohort.windows} windows trained${this.reused === 0 ? '' : `, ${this.reused} of them found finished`}${timeLeft(this.done, this.units())}`,
        ...(failed === '' ? [] : [`**Failed:** ${failed}`, list(this.messages.slice(0, MAX_NOTES))]),
      ]),
    );
  }
}
