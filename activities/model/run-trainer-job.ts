import { runReproductionJob } from './reproduction/reproduction-job.js';
import { runStudentJob } from './student/student-job.js';
import type { JobContext } from './units/job-context.js';
import { runPriorJob } from './prior/prior-job.js';
import { runStressJob } from './stress/stress-job.js';
import { runShardJob } from './teachers/shard-job.js';
import type { TrainerJob, TrainerResult } from './jobs.js';

/**
 * Runs one job in this process.
 *
 * @throws GurukulError Cancelled after its checkpoint is written; any error of the job itself.
 */
export function runTrainerJob(job: TrainerJob, context: JobContext): Promise<TrainerResult> {
  switch (job.kind) {
    case 'prior':
      return runPriorJob(job, context);
    case 'shard':
      return runShardJob(job, context);
    case 'student':
      return runStudentJob(job, context);
    case 'reproduction':
      return runReproductionJob(job, context);
    case 'stress':
      return runStressJob(job, context);
  }
}
