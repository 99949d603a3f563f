import { createIngestActivities } from '../../activities/ingest/index.js';
import type { CohortHead } from '../../activities/plan/activities.js';
import { createPlanActivities } from '../../activities/plan/index.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig, RunInputDraft } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { inActivity } from '../activities/validate/in-activity.js';

/** A run with stored bars and planned windows. */
export interface SettledRun {
  readonly config: RunConfig;
  readonly ingest: FileRef;
  readonly plan: FileRef;
  readonly cohorts: readonly CohortHead[];
  readonly trainable: number;
}

/**
 * Configures, ingests and plans a run with the pipeline's own activities, in this process.
 *
 * @throws InvalidInputError for input that the pipeline rejects.
 */
export function settleRun(home: Home, runId: string, input: RunInputDraft): Promise<SettledRun> {
  const planning = createPlanActivities({
    home,
    packageRoot,
    pollers: () => Promise.resolve(0),
    now: Date.now,
  });
  const ingesting = createIngestActivities({ home, packageRoot });
  return inActivity(async () => {
    const { config, symbols, batches } = await planning.settleRun({
      input: { ...input, reuse: 'own' },
      runId,
    });
    for (let batch = 0; batch < batches; batch += 1)
      await ingesting.ingestSymbols({ config, symbols, batch, batches });
    const { ref: ingest } = await ingesting.sealIngest({ config, batches });
    const { plan, cohorts: first, cohortCount, trainable } = await planning.planRun({ config, ingest });
    const cohorts = [...first];
    while (cohorts.length < cohortCount)
      cohorts.push(...(await planning.listCohorts({ plan, from: cohorts.length })));
    return { config, ingest, plan, cohorts, trainable };
  });
}
