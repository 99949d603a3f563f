import { GurukulError } from '../errors.js';
import { entryChoice, lowerBarrierOf } from './label-rule.js';
import type { RunConfig } from './run-input.js';

/** The part of a run's configuration that training depends on: it is hashed into every unit's key. */
export type TrainingConfig = Pick<
  RunConfig,
  | 'runId'
  | 'from'
  | 'to'
  | 'interval'
  | 'windowDays'
  | 'label'
  | 'horizon'
  | 'threshold'
  | 'lowerBarrier'
  | 'entry'
  | 'seed'
>;

/** A cohort's dates, ISO, half-open. */
export interface CohortDates {
  readonly id: string;
  readonly start: string;
  readonly end: string;
}

/** The training configuration of a run: what training depends on, and nothing else. */
export function trainingConfig(config: RunConfig): TrainingConfig {
  const { runId, from, to, interval, windowDays, label, horizon, threshold, seed } = config;
  const lowerBarrier = lowerBarrierOf(config);
  return {
    ...{ runId, from, to, interval, windowDays, label, horizon, threshold, seed },
    ...(lowerBarrier === undefined ? {} : { lowerBarrier }),
    // A run that an earlier version started has none.
    entry: entryChoice(config),
  };
}

/** Dates of a cohort, from its id. */
export function cohortDates(id: string): CohortDates {
  const [start, end] = id.split('_to_');
  if (start === undefined || end === undefined) throw new GurukulError('Bug', `not a cohort: ${id}`);
  return { id, start, end };
}
