import type { TrainerProgress } from '../../activities/model/jobs.js';

/** Seconds spent in each phase of jobs, by their progress messages; `other` is the time before the first phase. */
export type PhaseSeconds = Readonly<Record<TrainerProgress['phase'] | 'other', number>>;

const PHASES = ['features', 'choose', 'fit', 'predict', 'write', 'other'] as const;

/** Sum of both. */
export function addPhases(a: PhaseSeconds, b: PhaseSeconds): PhaseSeconds {
  const sum = { ...a };
  for (const phase of PHASES) sum[phase] += b[phase];
  return sum;
}

export const NO_SECONDS: PhaseSeconds = {
  features: 0,
  choose: 0,
  fit: 0,
  predict: 0,
  write: 0,
  other: 0,
};

/**
 * Sums the time of jobs by phase. A job reports a step when it is done, and step 0 when a phase starts: the time
 * before a message belongs to its phase, or to the previous phase if its step is 0.
 *
 * @param now Milliseconds.
 */
export function phaseClock(now: () => number): {
  begin(): void;
  note(progress: TrainerProgress): void;
  end(): void;
  seconds(): PhaseSeconds;
} {
  const spent = { ...NO_SECONDS };
  let phase: keyof typeof spent = 'other';
  let last = 0;
  const spend = (on: keyof typeof spent): void => {
    const time = now();
    spent[on] += (time - last) / 1000;
    last = time;
  };
  return {
    begin: () => {
      phase = 'other';
      last = now();
    },
    note: ({ phase: next, step }) => {
      spend(step === 0 ? phase : next);
      phase = next;
    },
    end: () => spend(phase),
    seconds: () => ({ ...spent }),
  };
}
