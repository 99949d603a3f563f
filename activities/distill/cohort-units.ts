import path from 'node:path';

import { z } from 'zod';

import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { readJsonRef, refIfExists } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readPlan } from '../../data/store/run-plan.js';
import { windowsAtOnceOf } from '../../data/store/shard-troubles.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { ReproductionJob } from '../model/jobs.js';
import { cohortBefore, unitsOf } from '../trainer/units-of-cohort.js';

/** A cohort that can be trained a second time. */
export interface ReproducibleCohort {
  readonly cohort: string;
  readonly units: Pick<ReproductionJob, 'own' | 'shards' | 'student' | 'earlier'>;
}

/**
 * The newest cohort with a student. Shards with failed windows are left out: why they failed may be gone.
 *
 * @param windowsAtOnce Maximum number of windows that are trained at once; results do not depend on it.
 */
export async function reproducible(
  home: Home,
  config: RunConfig,
  plan: FileRef,
  windowsAtOnce: number,
): Promise<ReproducibleCohort | undefined> {
  const { cohorts } = await readPlan(home, plan);
  for (const { id, shards: planned } of [...cohorts].reverse()) {
    const own = await unitsOf(home, config, id, 'real');
    const student = await refIfExists(home, home.studentUnit(config.runId, id, 'real'));
    if (own === undefined || student === undefined) continue;
    const earlier = await unitsOf(home, config, cohortBefore(config, id), 'real');
    const shards: ReproductionJob['shards'][number][] = [];
    for (const [shard, symbols] of planned.entries()) {
      const uri = home.relative(path.join(home.shardDir(config.runId, id, 'real', shard), 'unit.json'));
      const manifest = own.shards.find((one) => one.uri === uri);
      if (manifest === undefined || !(await isWhole(home, manifest))) continue;
      const known = await windowsAtOnceOf(home, { runId: config.runId, cohort: id, shard });
      const most = Math.min(known ?? Infinity, windowsAtOnce);
      shards.push({ shard, symbols, manifest, ...(Number.isFinite(most) ? { windowsAtOnce: most } : {}) });
    }
    return {
      cohort: id,
      units: { own, student, shards, ...(earlier === undefined ? {} : { earlier }) },
    };
  }
  return undefined;
}

/** Whether no window of a shard failed. */
async function isWhole(home: Home, ref: FileRef): Promise<boolean> {
  const { summary } = await readJsonRef(home, ref, unitManifestSchema);
  return wholeSchema.safeParse(summary).success;
}

const wholeSchema = z.looseObject({ failedBy: z.strictObject({}) });
