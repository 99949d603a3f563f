import { GurukulError } from '../../data/errors.js';
import { lowerBarrierOf } from '../../data/schemas/label-rule.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { CohortDates, TrainingConfig } from './jobs.js';

/** What training depends on, and nothing else: it is hashed into the units' keys. */
export function trainingConfig(config: RunConfig): TrainingConfig {
  const { runId, from, to, interval, windowDays, label, horizon, threshold, seed } = config;
  const lowerBarrier = lowerBarrierOf(config);
  return {
    ...{ runId, from, to, interval, windowDays, label, horizon, threshold, seed },
    ...(lowerBarrier === undefined ? {} : { lowerBarrier }),
  };
}

/** Dates of a cohort, from its id. */
export function cohortDates(id: string): CohortDates {
  const [start, end] = id.split('_to_');
  if (start === undefined || end === undefined) throw new GurukulError('Bug', `not a cohort: ${id}`);
  return { id, start, end };
}
