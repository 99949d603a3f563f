import { GurukulError } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import { addRunLines, runLinesNote } from '../../data/telemetry/run-lines.js';
import { stopwatch } from '../../data/telemetry/stopwatch.js';
import { recordEvent, recordEvents } from '../../data/telemetry/telemetry.js';
import { recordWindowEnds } from '../../data/telemetry/window-events.js';
import { readCohort } from '../../data/store/run-plan.js';
import type { TeachActivities } from './activities.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { attempt, runJob } from '../trainer/run-job.js';
import { runShard } from './run-shard.js';
import { readShardUnit, shardFigures, shardNotes, windowEnds, windowEvents } from './shard-windows.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';

/** The tensor activities of the step teach: each is one job of the trainer, plus its telemetry. */
export function createTeachActivities(deps: TrainerDeps & { readonly home: Home }): TeachActivities {
  const { home } = deps;
  return {
    async fitPrior({ config, cohort, arm, ingest }) {
      const elapsed = stopwatch();
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
        ...attempt(result, elapsed),
      });
      return result.manifest;
    },

    async teachShard({ config, cohort, arm, ingest, plan, prior, shard }) {
      const symbols = (await readCohort(home, config.runId, plan, cohort)).shards[shard];
      if (symbols === undefined)
        throw new GurukulError('Bug', `the plan has no shard ${shard} in cohort ${cohort}`);
      const elapsed = stopwatch();
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
      const { key, windows } = await readShardUnit(home, manifest);
      const ran = attempt(result, elapsed);
      if (arm === 'real') {
        await addRunLines(home, home.teacherRuns(config.runId), manifest);
        const note = home.toldEvents(runLinesNote(home, manifest));
        const ends = windowEnds(cohortDates(cohort), windows);
        await recordWindowEnds(home, config.runId, { unit: key, note }, ends, ran);
        recordEvents(home, config.runId, windowEvents(cohortDates(cohort), windows));
      }
      recordEvent(home, config.runId, {
        event: 'shard',
        id: `shard/${arm}/${cohort}/${shard}`,
        cohort,
        arm,
        shard,
        windows: windows.length,
        succeeded,
        failedBy,
        ...shardFigures(windows),
        ...ran,
      });
      return {
        succeeded,
        failedBy,
        notes: shardNotes(windows),
        ...(result.reused ? { reused: succeeded } : {}),
      };
    },
  };
}
