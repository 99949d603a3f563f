import type { Pace } from '../../../activities/model/units/job-context.js';
import type { PhaseCheckpoint, Snapshot } from '../../../activities/model/units/checkpoint.js';
import { GurukulError } from '../../../data/errors.js';

/** A pace that never saves and never stops. */
export function steadyPace(): Pace {
  return {
    yieldToEvents: () => Promise.resolve(),
    stopping: () => false,
    saveDue: () => false,
    saved: () => undefined,
  };
}

/** A pace that stops the job at its n-th step, counted from 1. */
export function stoppingPace(stopAt: number): Pace & { readonly steps: () => number } {
  let steps = 0;
  return {
    yieldToEvents: () => {
      steps += 1;
      return Promise.resolve();
    },
    stopping: () => steps >= stopAt,
    saveDue: () => false,
    saved: () => undefined,
    steps: () => steps,
  };
}

/** A checkpoint that saves nothing. */
export const NO_CHECKPOINT: PhaseCheckpoint = {
  resumed: undefined,
  step: () => Promise.resolve(),
  settle: () => undefined,
};

/** A checkpoint that cancels at its n-th step and keeps the state at that step. */
export function cancellingCheckpoint(
  at: number,
): PhaseCheckpoint & { readonly kept: () => Snapshot | undefined } {
  let steps = 0;
  let kept: Snapshot | undefined;
  return {
    resumed: undefined,
    step: (state) => {
      steps += 1;
      if (steps < at) return Promise.resolve();
      kept = state();
      return Promise.reject(new GurukulError('Cancelled', 'stop'));
    },
    settle: () => undefined,
    kept: () => kept,
  };
}

/** A checkpoint that resumes from a state. */
export function resumingCheckpoint(resumed: Snapshot | undefined): PhaseCheckpoint {
  return { ...NO_CHECKPOINT, resumed };
}
