import { GurukulError } from '../../data/errors.js';
import type { Trainer } from '../../activities/model/jobs.js';

/**
 * Several trainers as one: a job takes a free one. The worker has as many activity slots as trainers, so that
 * one is always free.
 */
export function trainerPool(trainers: readonly Trainer[]): Trainer {
  const free = [...trainers];
  return {
    async run(job, options) {
      const trainer = free.pop();
      if (trainer === undefined) throw new GurukulError('Bug', 'no trainer is free: more jobs than devices');
      try {
        return await trainer.run(job, options);
      } finally {
        free.push(trainer);
      }
    },
  };
}
