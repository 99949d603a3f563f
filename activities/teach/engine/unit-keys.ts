import type { TrainingConfig } from '../jobs.js';

/** A training configuration without the run's name: what a result may depend on. */
export function trainingKey({ runId: _, ...rest }: TrainingConfig): Omit<TrainingConfig, 'runId'> {
  return rest;
}
