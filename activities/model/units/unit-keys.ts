import type { CohortBars } from '../../market/cohort-bars.js';
import type { TrainerJob } from '../jobs.js';
import type { TrainingConfig } from '../../../data/schemas/training-config.js';

/** A training configuration without the run's name: what a run's table may depend on. */
export function trainingKey({ runId: _, ...rest }: TrainingConfig): Omit<TrainingConfig, 'runId'> {
  return rest;
}

/**
 * What a unit's result depends on, besides backend, code, arm and members: neither the run's name nor its
 * dates, which only say which cohorts there are. A prior knows nothing after its cohort's end; shards and
 * students also foretell the forward part.
 */
export function unitInputs(
  { kind, config, cohort }: Pick<TrainerJob, 'kind' | 'config' | 'cohort'>,
  { prior, forward, forwardEnd }: CohortBars,
): Readonly<Record<string, unknown>> {
  const { interval, label, horizon, threshold, lowerBarrier, seed } = config;
  return {
    kind,
    cohort,
    config: {
      interval,
      label,
      horizon,
      threshold,
      seed,
      ...(lowerBarrier === undefined ? {} : { lowerBarrier }),
    },
    ...(kind === 'prior' ? { bars: prior } : { bars: forward, forwardEnd }),
  };
}
