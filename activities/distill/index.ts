import { GurukulError } from '../../data/errors.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { addRunLines } from '../../data/telemetry/run-lines.js';
import { stopwatch } from '../../data/telemetry/stopwatch.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { attempt, runJob } from '../trainer/run-job.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import type { DistillActivities } from './activities.js';

/** The step distill: one trainer job per cohort. */
export function createDistillActivities(deps: TrainerDeps & { readonly home: Home }): DistillActivities {
  const { home } = deps;
  return {
    async distillStudent({ config, cohort, ingest }) {
      const sealed = await readJson(home.cohortIndex(config.runId, cohort), teachIndexSchema);
      if (sealed === undefined)
        throw new GurukulError('ChecksumMismatch', `cohort ${cohort} has no cohort.json`);
      const elapsed = stopwatch();
      const result = await runJob(deps, {
        kind: 'student',
        config: trainingConfig(config),
        cohort: cohortDates(cohort),
        ingest,
        shards: sealed.real,
        reuse: config.reuse,
      });
      await addRunLines(home, home.studentRuns(config.runId), result.manifest);
      recordEvent(home, config.runId, {
        event: 'student',
        id: `student/${cohort}`,
        cohort,
        ...attempt(result, elapsed),
      });
      return result.manifest;
    },
  };
}
