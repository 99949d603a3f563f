import path from 'node:path';

import type { FileRef } from '../../data/schemas/file-ref.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { trainingCodeVersion } from '../../data/store/code-version.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, refIfExists, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { enterTrials } from '../../data/telemetry/trial-ledger.js';
import type { LostShard } from '../../data/store/lost-shards.js';
import { lossOf } from '../../data/store/lost-shards.js';
import { readCohort, readPlan } from '../../data/store/run-plan.js';
import type { TeachIndexActivities } from './activities.js';
import type { Arm } from '../market/feature-table.js';
import { indexCohort } from '../trainer/units-of-cohort.js';
import { forgetFailures } from '../../data/store/forget-failures.js';
import { removeStored } from '../../data/store/stored-files.js';
import { recordLostShards } from './lost-shards.js';
import { RUN_TRIALS, trialScope, trialsOfRun } from '../model/trials.js';

/** Bookkeeping of the units on disk: which shards and students a run has. */
export function createTeachIndexActivities({ home }: { readonly home: Home }): TeachIndexActivities {
  return {
    async forgetFailures({ runId, ...which }) {
      return forgetFailures(home, runId, which);
    },

    async sealCohort({ config, cohort, plan, lost = [] }) {
      const planned = await readCohort(home, config.runId, plan, cohort);
      const { shards } = planned;
      await recordLostShards(home, config.runId, planned, lost);
      const index: TeachIndex = {
        priors: await priorManifests(home, config.runId, cohort),
        real: await shardManifests(home, config.runId, cohort, 'real', shards.length, lost),
        placebo: await shardManifests(home, config.runId, cohort, 'placebo', shards.length),
        students: [],
        placeboStudents: [],
      };
      return writeRef(home, home.cohortIndex(config.runId, cohort), canonicalJson(index), shards.length);
    },

    async recordLostCohort({ config, cohort, plan, error, message }) {
      const planned = await readCohort(home, config.runId, plan, cohort);
      await recordLostShards(home, config.runId, planned, [{ shard: null, error, message }]);
      // An earlier start may have sealed it.
      await removeStored(home, home.cohortIndex(config.runId, cohort));
    },

    async recordTrials({ config, ingest }) {
      const { digest } = await readJsonRef(home, ingest, ingestManifestSchema);
      const configurations = trialsOfRun(config, await trainingCodeVersion());
      const fresh = await enterTrials(home, config.runId, trialScope(config, digest), configurations);
      recordEvent(home, config.runId, { event: 'trials', id: 'trials', trials: RUN_TRIALS, new: fresh });
      return { trials: RUN_TRIALS };
    },

    async indexRun({ config, plan }) {
      const { cohorts } = await readPlan(home, plan);
      const index: TeachIndex = { priors: [], real: [], placebo: [], students: [], placeboStudents: [] };
      for (const { id } of cohorts) {
        const own = await indexCohort(home, config.runId, id);
        index.priors.push(...own.priors);
        index.real.push(...own.real);
        index.placebo.push(...own.placebo);
        index.students.push(...own.students);
        index.placeboStudents.push(...own.placeboStudents);
      }
      return writeRef(home, home.teachIndex(config.runId), canonicalJson(index), index.real.length);
    },
  };
}

/** Manifests of a cohort's fitted priors. */
async function priorManifests(home: Home, run: string, cohort: string): Promise<FileRef[]> {
  const arms = ['real', 'placebo'] as const;
  const manifests = await Promise.all(
    arms.map(async (arm) => refIfExists(home, home.priorUnit(run, cohort, arm))),
  );
  return manifests.filter((manifest) => manifest !== undefined);
}

/**
 * Manifests of the finished shards. A lost shard has none, or one of an earlier start with other bars or another
 * program.
 */
async function shardManifests(
  home: Home,
  run: string,
  cohort: string,
  arm: Arm,
  shards: number,
  lost: readonly LostShard[] = [],
): Promise<FileRef[]> {
  const manifests: FileRef[] = [];
  for (let shard = 0; shard < shards; shard += 1) {
    if (lossOf(lost, shard) !== undefined) continue;
    const manifest = await refIfExists(home, path.join(home.shardDir(run, cohort, arm, shard), 'unit.json'));
    if (manifest !== undefined) manifests.push(manifest);
  }
  return manifests;
}
