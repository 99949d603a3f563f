import { GurukulError } from '../../data/errors.js';
import type { JobContext } from './engine/job-context.js';
import type { PriorJob, TrainerResult } from './jobs.js';

export function runPriorJob(_job: PriorJob, _context: JobContext): Promise<TrainerResult> {
  return Promise.reject(new GurukulError('Bug', 'not there yet'));
}
