import { setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import type { TaughtCounts } from '../../activities/teach/activities.js';
import type { Arm } from '../../activities/market/feature-table.js';
import type { LostShard } from '../../data/store/lost-shards.js';
import type { CohortCounts } from '../contract/cohort.js';
import { unitProgressQuery } from '../contract/messages.js';
import { ErrorCounts } from '../shared/error-counts.js';
import { list, markdown, timeLeft } from '../shared/markdown.js';

/** Most lines about failures. */
const MAX_NOTES = 10;
/** Characters of a recorded failure message. */
const LONGEST_MESSAGE = 400;
/** In training order: the real bars, then their placebo. */
export const ARMS: readonly Arm[] = ['real', 'placebo'];

/** Counts the work of a cohort and shows it. */
export class CohortProgress {
  /** Units that were done before this execution started. */
  private readonly before: number;
  private done: number;
  private succeeded: number;
  private reused: number;
  private readonly failed = new ErrorCounts();
  private readonly messages: string[] = [];
  private readonly lost: LostShard[] = [];
  private current = 'waiting for a training worker';

  constructor(
    private readonly cohort: CohortHead,
    carried?: CohortCounts,
  ) {
    this.before = carried?.done ?? 0;
    this.done = this.before;
    this.succeeded = carried?.succeeded ?? 0;
    this.reused = carried?.reused ?? 0;
    this.failed.add(carried?.failedBy ?? {});
    this.messages.push(...(carried?.messages ?? []));
    this.lost.push(...(carried?.lost ?? []));
    setHandler(unitProgressQuery, () => ({
      units: { total: this.units(), done: this.done },
      windows: this.cohort.windows,
      succeeded: this.succeeded,
      failed: this.failed.failed(),
      current: this.current,
    }));
  }

  snapshot(): CohortCounts {
    const { done, succeeded, reused, failed, messages, lost } = this;
    return {
      done,
      succeeded,
      reused,
      failedBy: failed.byType(),
      messages: messages.slice(0, MAX_NOTES),
      ...(lost.length === 0 ? {} : { lost }),
    };
  }

  setCurrent(current: string): void {
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

  /** A shard on the real bars ended without a result: all its windows have failed. */
  shardFailed(windows: number, { shard, error, message }: LostShard): void {
    this.messages.push(`${error}: ${message}`);
    this.failed.add({ [error]: windows });
    this.lost.push({ shard, error, message: message.slice(0, LONGEST_MESSAGE) });
    this.unitDone();
  }

  /** Shards that ended without a result, by index: nothing on disk says how their windows ended. */
  lostShards(): readonly LostShard[] {
    return [...this.lost].sort((a, b) => (a.shard ?? -1) - (b.shard ?? -1));
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
        `${this.done} of ${this.units()} units · ${this.succeeded} of ${this.cohort.windows} windows trained${this.reused === 0 ? '' : `, ${this.reused} of them reused`}${timeLeft(this.done, this.units(), this.before)}`,
        ...(failed === '' ? [] : [`**Failed:** ${failed}`, list(this.messages.slice(0, MAX_NOTES))]),
      ]),
    );
  }
}
