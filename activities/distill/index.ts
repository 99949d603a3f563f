import { Context } from '@temporalio/activity';

import { GurukulError } from '../../data/errors.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { addRunLines } from '../../data/telemetry/run-lines.js';
import { stopwatch } from '../../data/telemetry/stopwatch.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { Arm } from '../market/feature-table.js';
import type { StudentJob } from '../model/jobs.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { attempt, runJob } from '../trainer/run-job.js';
import { cohortBefore, unitsOf } from '../trainer/units-of-cohort.js';
import type { DistillActivities } from './activities.js';
import { reproducible } from './cohort-units.js';

/** After a failed attempt, such as one that ran out of memory, few windows are trained at once. */
const FEW_WINDOWS = 8;

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

    async reproduceCohort({ config, plan, ingest }) {
      const found = await reproducible(
        home,
        config,
        plan,
        Context.current().info.attempt === 1 ? Infinity : FEW_WINDOWS,
      );
      if (found === undefined) return null;
      const elapsed = stopwatch();
      const { cohort } = found;
      const result = await runJob(deps, {
        kind: 'reproduction',
        config: trainingConfig(config),
        cohort: cohortDates(cohort),
        ingest,
        ...found.units,
      });
      const { outputs } = await readJsonRef(home, result.manifest, unitManifestSchema);
      recordEvent(home, config.runId, {
        event: 'reproduction',
        id: `reproduction/${cohort}`,
        cohort,
        ...attempt(result, elapsed),
      });
      return outputs['record'] ?? null;
    },
  };
}

/** Where no window of the placebo was trained there is no placebo to compare with. */
function refuseAllButGaps(error: unknown): void {
  if (!(error instanceof GurukulError) || error.type !== 'DataGap') throw error;
}
