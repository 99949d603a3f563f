import { randomStream } from '../../data/random.js';

/** What can be killed. */
export const TARGETS = [
  'trainer',
  'train worker',
  'cpu worker',
  'io worker',
  'meta worker',
  'client',
  'server',
] as const;
export type Target = (typeof TARGETS)[number];

/** A planned kill. */
export interface PlannedKill {
  readonly target: Target;
  /** Wait after everything is up again, as a share of the undisturbed run's time. */
  readonly wait: number;
  /** Uniform in [0, 1): selects one of several processes of the kind. */
  readonly which: number;
}

/** Waits are uniform from 0 to this share of an undisturbed run's time. */
const LONGEST_WAIT = 0.3;

/**
 * The kills of a seed. Targets come in shuffled rounds of all kinds, so that even a few kills hit every part. Their
 * times are random.
 */
export function planKills(seed: number, kills: number): PlannedKill[] {
  const random = randomStream([seed, 'chaos']);
  const planned: PlannedKill[] = [];
  while (planned.length < kills) {
    for (const index of random.shuffle(TARGETS.map((_, at) => at))) {
      const target = TARGETS[index];
      if (target === undefined || planned.length === kills) continue;
      planned.push({ target, wait: LONGEST_WAIT * random.uniform(), which: random.uniform() });
    }
  }
  return planned;
}
