import { GurukulError } from '../../data/errors.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { refIfExists } from '../../data/store/file-refs.js';
import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { addRunLines } from '../../data/telemetry/run-lines.js';
import { stopwatch } from '../../data/telemetry/stopwatch.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { addDays } from '../../data/time/dates.js';
import type { Arm } from '../market/feature-table.js';
import type { CohortUnits, StudentJob } from '../model/jobs.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { attempt, runJob } from '../trainer/run-job.js';
import type { DistillActivities } from './activities.js';

/** The step distill: for each cohort its student, and that of the placebo. */
export function createDistillActivities(deps: TrainerDeps & { readonly home: Home }): DistillActivities {
  const { home } = deps;
  return {
    async distillStudent({ config, cohort, ingest }) {
      const elapsed = stopwatch();
      const job = async (arm: Arm): Promise<StudentJob | undefined> => {
        const own = await unitsOf(home, config, cohort, arm);
        const earlier = await unitsOf(home, config, cohortBefore(config, cohort), arm);
        return own === undefined
          ? undefined
          : {
              kind: 'student',
              arm,
              config: trainingConfig(config),
              cohort: cohortDates(cohort),
              ingest,
              own,
              ...(earlier === undefined ? {} : { earlier }),
              reuse: config.reuse,
            };
      };
      const real = await job('real');
      if (real === undefined)
        throw new GurukulError('ChecksumMismatch', `cohort ${cohort} has no cohort.json with a prior`);
      const result = await runJob(deps, real);
      const placebo = await job('placebo');
      if (placebo !== undefined) await runJob(deps, placebo).catch(refuseAllButGaps);
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

/** Where no window of the placebo was trained there is no placebo to compare with. */
function refuseAllButGaps(error: unknown): void {
  if (!(error instanceof GurukulError) || error.type !== 'DataGap') throw error;
}

/** The id that the cohort before has: tiles have one length, and each starts where the one before ends. */
function cohortBefore({ windowDays }: Pick<RunConfig, 'windowDays'>, cohort: string): string {
  const { start } = cohortDates(cohort);
  return `${addDays(start, -windowDays)}_to_${start}`;
}

/** What is left of a cohort's training; undefined where it was not trained. */
async function unitsOf(
  home: Home,
  { runId }: Pick<RunConfig, 'runId'>,
  cohort: string,
  arm: Arm,
): Promise<CohortUnits | undefined> {
  const sealed = await readJson(home.cohortIndex(runId, cohort), teachIndexSchema);
  const prior = await refIfExists(home, home.priorUnit(runId, cohort, arm));
  return sealed === undefined || prior === undefined ? undefined : { prior, shards: sealed[arm] };
}
