import { GurukulError } from '../../data/errors.js';
import type { JobContext } from './engine/job-context.js';
import type { ShardJob, TrainerResult } from './jobs.js';

export function runShardJob(_job: ShardJob, _context: JobContext): Promise<TrainerResult> {
  return Promise.reject(new GurukulError('Bug', 'not there yet'));
}
