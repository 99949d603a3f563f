import { GurukulError } from '../../../data/errors.js';
import type { Arm, FeatureTable } from '../../market/feature-table.js';
import type { TrainerJob } from '../jobs.js';
import type { JobContext } from './job-context.js';

/** Progress is reported once in so many steps. */
const STEPS_A_REPORT = 64;

/**
 * The feature table of a job's run. While it is built, which may take minutes, the process handles messages, and says
 * that it is alive.
 *
 * @throws GurukulError Cancelled when the job must stop.
 */
export async function jobTable(
  job: Pick<TrainerJob, 'ingest' | 'config'>,
  context: Pick<JobContext, 'loadTable' | 'progress' | 'pace'>,
  arm: Arm,
): Promise<FeatureTable> {
  const { pace } = context;
  const report = (step: number): void => context.progress({ phase: 'features', step, steps: 1 });
  report(0);
  let steps = 0;
  const table = await context.loadTable(job, arm, async () => {
    await pace.yieldToEvents();
    if (pace.stopping()) throw new GurukulError('Cancelled', 'the job was stopped');
    steps += 1;
    if (steps % STEPS_A_REPORT === 0) report(0);
  });
  report(1);
  return table;
}
