import { GurukulError } from '../../data/errors.js';
import type { JobContext } from '../teach/engine/job-context.js';
import type { StudentJob, TrainerResult } from '../teach/jobs.js';

export function runStudentJob(_job: StudentJob, _context: JobContext): Promise<TrainerResult> {
  return Promise.reject(new GurukulError('Bug', 'not there yet'));
}
