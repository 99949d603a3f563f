import { z } from 'zod';

import { ERROR_TYPES } from '../../data/errors.js';
import { fileRefSchema } from '../../data/schemas/file-ref.js';
import { SKIP_REASONS } from '../../data/schemas/plan.js';
import { lostShardSchema } from '../../data/store/lost-shards.js';

/** How windows ended, as the metric `gurukul_windows_total` counts them. */
export interface CountedWindows {
  readonly outcome: 'succeeded' | 'reused' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason: string;
  readonly windows: number;
}

/** How many windows a shard of a plan has. */
export type ShardSizes = (request: {
  readonly runId: string;
  readonly cohort: string;
  readonly plan: z.output<typeof fileRefSchema>;
}) => Promise<readonly number[]>;

const count = z.number().int().nonnegative();
const failures = z.partialRecord(z.enum(ERROR_TYPES), count);
const cohort = z.looseObject({
  config: z.looseObject({ runId: z.string() }),
  cohort: z.string(),
  plan: fileRefSchema,
});

const taughtSchema = z.looseObject({ succeeded: count, failedBy: failures, reused: count.default(0) });
const plannedSchema = z.looseObject({
  skippedBy: z.partialRecord(z.enum(SKIP_REASONS), count),
  failedBy: failures,
});
const shardSchema = z.looseObject({ arm: z.enum(['real', 'placebo']) });
const sealedSchema = cohort.extend({ lost: z.array(lostShardSchema).default([]) });
const lostSchema = cohort.extend({ error: z.enum(ERROR_TYPES) });

/**
 * How windows ended by an activity that has succeeded. Windows of the placebo are none.
 *
 * @param request What it was called with.
 * @param result What it returned.
 */
export async function windowsOf(
  activity: string,
  request: unknown,
  result: unknown,
  sizes: ShardSizes,
): Promise<readonly CountedWindows[]> {
  switch (activity) {
    case 'planRun': {
      const { skippedBy, failedBy } = plannedSchema.parse(result);
      return [...byReason('skipped', skippedBy), ...byReason('failed', failedBy)];
    }
    case 'teachShard': {
      if (shardSchema.parse(request).arm === 'placebo') return [];
      const { succeeded, failedBy, reused } = taughtSchema.parse(result);
      return [
        { outcome: 'succeeded', reason: '', windows: succeeded - reused },
        { outcome: 'reused', reason: '', windows: reused },
        ...byReason('failed', failedBy),
      ];
    }
    case 'sealCohort': {
      const { lost, ...place } = sealedSchema.parse(request);
      if (lost.length === 0) return [];
      const windows = await sizesOf(place, sizes);
      return lost.map(({ shard, error }) => ({
        outcome: 'failed',
        reason: error,
        windows: shard === null ? sum(windows) : (windows[shard] ?? 0),
      }));
    }
    case 'recordLostCohort': {
      const { error, ...place } = lostSchema.parse(request);
      return [{ outcome: 'failed', reason: error, windows: sum(await sizesOf(place, sizes)) }];
    }
    default:
      return [];
  }
}

async function sizesOf(
  { config, cohort: id, plan }: z.output<typeof cohort>,
  sizes: ShardSizes,
): Promise<readonly number[]> {
  return sizes({ runId: config.runId, cohort: id, plan });
}

function byReason(
  outcome: 'failed' | 'skipped',
  counts: Readonly<Partial<Record<string, number>>>,
): CountedWindows[] {
  return Object.entries(counts).map(([reason, windows = 0]) => ({ outcome, reason, windows }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
