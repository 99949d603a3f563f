import path from 'node:path';

import { z } from 'zod';

import type { ErrorType } from '../errors.js';
import { ERROR_POLICIES, ERROR_TYPES } from '../errors.js';
import { planSchema } from '../schemas/plan.js';
import type { RunStatus } from '../schemas/run-status.js';
import type { Home } from '../store/home.js';
import { lossOf, readLostShards } from '../store/lost-shards.js';
import { readStoredJson } from '../store/stored-files.js';
import { unitManifestSchema } from '../store/units.js';
import { total } from './sum-counts.js';

const count = z.number().int().nonnegative();
const shardSummarySchema = z.looseObject({
  succeeded: count,
  failedBy: z.partialRecord(z.enum(ERROR_TYPES), count),
});

/** Phases of a run that has counted everything itself. */
const COUNTED: readonly RunStatus['phase'][] = ['done', 'failed'];

/**
 * The status of a run that was cut off or cancelled, or that nobody can be asked about, with the counts that
 * its files have by now; any other as it is.
 */
export async function withFileCounts(home: Home, status: RunStatus): Promise<RunStatus> {
  // Before it is planned again, what lies there is what an earlier start has left.
  if (COUNTED.includes(status.phase) || status.windows.planned === 0) return status;
  return { ...status, ...(await countRunFiles(home, status.runId)) };
}

type Counts = Pick<RunStatus, 'windows' | 'skippedBy' | 'failedBy' | 'students'>;

/**
 * Windows and students of a run as its files have them: what the plan says, and every shard that is finished.
 * The status file has them as of the last phase; this is what is done, when nobody can be asked.
 *
 * @returns Undefined where the run has no plan.
 */
async function countRunFiles(home: Home, runId: string): Promise<Counts | undefined> {
  const plan = await readStoredJson(home, home.plan(runId), planSchema);
  if (plan === undefined) return undefined;
  let [succeeded, students, without] = [0, 0, 0];
  const failedBy: Partial<Record<ErrorType, number>> = { ...plan.failed };
  const failed = (type: ErrorType, windows: number): void => {
    if (ERROR_POLICIES[type].outcome === 'skip') without += windows;
    else if (windows > 0) failedBy[type] = (failedBy[type] ?? 0) + windows;
  };
  for (const { id, shards } of plan.cohorts) {
    const lost = await readLostShards(home, runId, id);
    for (const [index, symbols] of shards.entries()) {
      const loss = lossOf(lost, index);
      if (loss !== undefined) {
        failed(loss.error, symbols.length);
        continue;
      }
      const summary = await summaryOf(home, path.join(home.shardDir(runId, id, 'real', index), 'unit.json'));
      succeeded += summary?.succeeded ?? 0;
      for (const type of ERROR_TYPES) failed(type, summary?.failedBy[type] ?? 0);
    }
    const student = path.join(home.studentDir(runId, id), 'unit.json');
    if ((await readStoredJson(home, student, unitManifestSchema).catch(() => undefined)) !== undefined)
      students += 1;
  }
  const skippedBy = { ...plan.skipped };
  if (without > 0) skippedBy.insufficient_data = (skippedBy.insufficient_data ?? 0) + without;
  const windows = { planned: plan.windows, succeeded, skipped: total(skippedBy), failed: total(failedBy) };
  return { windows, skippedBy, failedBy, students };
}

async function summaryOf(
  home: Home,
  manifest: string,
): Promise<z.output<typeof shardSummarySchema> | undefined> {
  const unit = await readStoredJson(home, manifest, unitManifestSchema).catch(() => undefined);
  return shardSummarySchema.safeParse(unit?.summary).data;
}
