import { heartbeat } from '@temporalio/activity';

import { GurukulError } from '../../data/errors.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { stopwatch } from '../../data/telemetry/stopwatch.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { stressedRows } from '../market/shocks/stressed-rows.js';
import type { TrainerDeps } from '../trainer/run-job.js';
import { attempt, runJob } from '../trainer/run-job.js';
import type { StressActivities } from './activities.js';

/** The step stress: what a student would have said on shocked bars. */
export function createStressActivities(deps: TrainerDeps & { readonly home: Home }): StressActivities {
  const { home } = deps;
  return {
    async stressStudent({ config, ingest, index }) {
      const elapsed = stopwatch();
      const found = await newestStudent(home, await readJsonRef(home, index, teachIndexSchema));
      if (found === undefined) return {};
      const { cohort, student } = found;
      const result = await runJob(deps, {
        kind: 'stress',
        config: trainingConfig(config),
        cohort: cohortDates(cohort),
        ingest,
        student,
        reuse: config.reuse,
      });
      recordEvent(home, config.runId, {
        event: 'stress',
        id: `stress/${cohort}`,
        cohort,
        ...attempt(result, elapsed),
      });
      const { outputs } = await readJsonRef(home, result.manifest, unitManifestSchema);
      const { stress } = outputs;
      if (stress === undefined)
        throw new GurukulError('ChecksumMismatch', `${result.manifest.uri} has no file`);
      return { stress };
    },
  };
}

/** The student of the newest cohort that has enough forward rows: the one that figures and verifiers look for. */
async function newestStudent(
  home: Home,
  { students }: TeachIndex,
): Promise<{ readonly cohort: string; readonly student: FileRef } | undefined> {
  for (const student of students.toReversed()) {
    heartbeat(student.uri);
    const { outputs } = await readJsonRef(home, student, unitManifestSchema);
    const { predictions } = outputs;
    if (predictions === undefined) continue;
    const stressed = stressedRows(await decodePredictions(await readRef(home, predictions), 'student'));
    if (stressed !== undefined) return { cohort: stressed.cohort, student };
  }
  return undefined;
}
