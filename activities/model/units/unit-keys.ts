import type { CohortBars } from '../../market/cohort-bars.js';
import type { TrainerJob } from '../jobs.js';
import type { TrainingConfig } from '../../../data/schemas/training-config.js';

/** A training configuration without the run's name: everything that a run's feature table may depend on. */
export function trainingKey({ runId: _, ...rest }: TrainingConfig): Omit<TrainingConfig, 'runId'> {
  return rest;
}

/**
 * What a unit's result depends on, in addition to backend, code, arm and members. The run's name and dates are
 * not part of it: the dates only determine which cohorts there are. A prior uses nothing after its cohort's
 * end; shards and students also predict the forward part.
 */
export function unitInputs(
  { kind, config, cohort }: Pick<TrainerJob, 'kind' | 'config' | 'cohort'>,
  { prior, forward, forwardEnd }: CohortBars,
): Readonly<Record<string, unknown>> {
  const { interval, label, horizon, threshold, lowerBarrier, entry, seed } = config;
  return {
    kind,
    cohort,
    config: {
      interval,
      label,
      horizon,
      threshold,
      entry,
      seed,
      ...(lowerBarrier === undefined ? {} : { lowerBarrier }),
    },
    ...(kind === 'prior' ? { bars: prior } : { bars: forward, forwardEnd }),
  };
}
