import { z } from 'zod';

import { UNSTATED_ENTRY } from '../schemas/run-choices.js';
import type { RunInput } from '../schemas/run-input.js';
import { canonicalJson, sha256 } from '../store/digests.js';
import { appendJsonLines, readJsonLines } from '../store/json-lines.js';
import type { Home } from '../store/home.js';

/** What was tried out against the same truth: trials of other bars or other labels do not compete. */
export interface TrialScope extends Pick<RunInput, 'interval' | 'horizon' | 'threshold' | 'entry'> {
  /** Digest of all bars. */
  readonly bars: string;
  /** Of triple-barrier labels; labels of the fixed horizon have none. */
  readonly lowerBarrier?: number;
}

/** Everything in which two configurations of one scope may differ, the program included. */
export type TrialConfiguration = Readonly<Record<string, string | number>>;

const lineSchema = z.looseObject({ scope: z.string(), key: z.string() });

/**
 * Counts configurations as tried, each once for ever: `trials.jsonl` of the home has one line for each,
 * named by a digest of scope and configuration. The run is not part of that digest, so the same
 * configuration under another run id, a resumed run and a repeated activity add nothing. Two processes that
 * enter one configuration at the same moment may both write it; it is counted by its name, so still once.
 *
 * @param run The run that tries them, for a person who reads the ledger.
 * @returns How many of them are new.
 */
export async function enterTrials(
  home: Home,
  run: string,
  scope: TrialScope,
  configurations: readonly TrialConfiguration[],
): Promise<number> {
  const known = await keysOf(home, scope);
  const fresh = new Map(
    configurations
      .map((configuration) => [sha256(canonicalJson({ scope, configuration })), configuration] as const)
      .filter(([key]) => !known.has(key)),
  );
  const at = new Date().toISOString();
  appendJsonLines(
    home.trials(),
    [...fresh].map(([key, configuration]) => ({
      at,
      run,
      scope: scopeKey(scope),
      key,
      ...scope,
      configuration,
    })),
  );
  return fresh.size;
}

/** Distinct configurations that this home has ever tried in a scope. */
export async function countTrials(home: Home, scope: TrialScope): Promise<number> {
  return (await keysOf(home, scope)).size;
}

async function keysOf(home: Home, scope: TrialScope): Promise<Set<string>> {
  const wanted = scopeKey(scope);
  const lines = await readJsonLines(home.trials(), lineSchema);
  const entries = lines.filter((entry) => entry.scope === wanted);
  return new Set(entries.map(({ key }) => key));
}

function scopeKey({ bars, interval, horizon, threshold, lowerBarrier, entry }: TrialScope): string {
  // The ledger's older lines state no entry.
  const stated = entry === UNSTATED_ENTRY ? {} : { entry };
  return sha256(canonicalJson({ bars, interval, horizon, threshold, lowerBarrier, ...stated }));
}
