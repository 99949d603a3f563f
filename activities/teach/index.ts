import { GurukulError } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import { addRunLines } from '../../data/telemetry/run-lines.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { readCohort } from '../../data/store/run-plan.js';
import type { TeachActivities } from './activities.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { attempt, runJob } from '../trainer/run-job.js';
import { runShard } from './run-shard.js';
import { shardNotes } from './shard-notes.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';

/** The tensor activities of the step teach: each is one job of the trainer, plus its telemetry. */
export function createTeachActivities(deps: TrainerDeps & { readonly home: Home }): TeachActivities {
  const { home } = deps;
  return {
    async fitPrior({ config, cohort, arm, ingest }) {
      const result = await runJob(deps, {
        kind: 'prior',
        arm,
        config: trainingConfig(config),
        cohort: cohortDates(cohort),
        ingest,
        reuse: config.reuse,
      });
      recordEvent(home, config.runId, {
        event: 'prior',
        id: `prior/${arm}/${cohort}`,
        cohort,
        arm,
        ...attempt(result),
      });
      return result.manifest;
    },

    async teachShard({ config, cohort, arm, ingest, plan, prior, shard }) {
      const symbols = (await readCohort(home, config.runId, plan, cohort)).shards[shard];
      if (symbols === undefined)
        throw new GurukulError('Bug', `the plan has no shard ${shard} in cohort ${cohort}`);
      const result = await runShard(deps, {
        kind: 'shard',
        arm,
        config: trainingConfig(config),
        cohort: cohortDates(cohort),
        ingest,
        prior,
        shard,
        symbols,
        reuse: config.reuse,
      });
      const { succeeded, failedBy, manifest } = result;
      if (arm === 'real') await addRunLines(home, home.teacherRuns(config.runId), manifest);
      const id = `shard/${arm}/${cohort}/${shard}`;
      recordEvent(home, config.runId, {
        event: 'shard',
        id,
        cohort,
        arm,
        shard,
        succeeded,
        failedBy,
        ...attempt(result),
      });
      const notes = Object.keys(failedBy).length > 0 ? await shardNotes(home, manifest) : [];
      return { succeeded, failedBy, notes, ...(result.reused ? { reused: succeeded } : {}) };
    },
  };
}
