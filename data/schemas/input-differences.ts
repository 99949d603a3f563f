import { UNSTATED_ENTRY } from './run-choices.js';
import type { OpenConfig } from './run-input.js';
import { runInputSchema } from './run-input.js';

/** Keys that say how a run is made, not what comes out of it. */
const INDIFFERENT: readonly string[] = [
  'accelerator',
  'author',
  'cohortConcurrency',
  'completeUntil',
  'offline',
  'reuse',
];

/** What a run was made with that has no such key. */
export const UNSTATED_INPUT: Readonly<Record<string, string>> = {
  membership: 'today',
  entry: UNSTATED_ENTRY,
};

/**
 * Where two inputs differ, as `threshold: 0.02 there, 0.03 here`. Keys that change no result are left out.
 *
 * @param there What the run has.
 * @param here What is asked for; an end that it leaves open is that of the run.
 * @param name How a key is shown.
 */
export function inputDifferences(
  there: OpenConfig,
  here: OpenConfig,
  name: (key: string) => string = (key) => key,
): string[] {
  const before: Readonly<Record<string, unknown>> = there;
  const now: Readonly<Record<string, unknown>> = here;
  return Object.keys(runInputSchema.shape)
    .filter((key) => !INDIFFERENT.includes(key) && !(key === 'to' && here.to === undefined))
    .map((key) => ({
      key,
      was: shown(before[key] ?? UNSTATED_INPUT[key]),
      is: shown(now[key] ?? UNSTATED_INPUT[key]),
    }))
    .filter(({ was, is }) => was !== is)
    .map(({ key, was, is }) => `${name(key)}: ${was} there, ${is} here`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'not given';
  return Array.isArray(value) ? value.map(String).sort().join(',') : JSON.stringify(value);
}
