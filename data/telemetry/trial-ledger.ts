import { z } from 'zod';

import { UNSTATED_ENTRY } from '../schemas/run-choices.js';
import type { RunInput } from '../schemas/run-input.js';
import { canonicalJson, sha256 } from '../store/digests.js';
import type { Home } from '../store/home.js';
import { parseJsonLines } from '../store/json-lines.js';
import { readStored } from '../store/stored-files.js';

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
 * configuration under another run id, a resumed run and a repeated activity add nothing. Of processes that enter
 * something at the same moment each goes on from what the one before has written, wherever the store is.
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
  const named = configurations.map(
    (configuration) => [sha256(canonicalJson({ scope, configuration })), configuration] as const,
  );
  const at = new Date().toISOString();
  for (;;) {
    const before = await ledgerOf(home);
    const known = keysIn(before, scope);
    const fresh = new Map(named.filter(([key]) => !known.has(key)));
    if (fresh.size === 0) return 0;
    const lines = [...fresh].map(([key, configuration]) =>
      JSON.stringify({ at, run, scope: scopeKey(scope), key, ...scope, configuration }),
    );
    // An earlier version appended lines, and a crash may have left a part of one.
    const separate = before === undefined || before.endsWith('\n') ? '' : '\n';
    const after = `${before ?? ''}${separate}${lines.join('\n')}\n`;
    if (await home.store.compareAndSet(home.relative(home.trials()), before, after)) return fresh.size;
  }
}

/** Distinct configurations that this home has ever tried in a scope. */
export async function countTrials(home: Home, scope: TrialScope): Promise<number> {
  return keysIn(await ledgerOf(home), scope).size;
}

async function ledgerOf(home: Home): Promise<string | undefined> {
  return (await readStored(home, home.trials()))?.toString('utf8');
}

function keysIn(ledger: string | undefined, scope: TrialScope): Set<string> {
  const wanted = scopeKey(scope);
  const entries = parseJsonLines(ledger ?? '', lineSchema).filter((entry) => entry.scope === wanted);
  return new Set(entries.map(({ key }) => key));
}

function scopeKey({ bars, interval, horizon, threshold, lowerBarrier, entry }: TrialScope): string {
  // The ledger's older lines state no entry.
  const stated = entry === UNSTATED_ENTRY ? {} : { entry };
  return sha256(canonicalJson({ bars, interval, horizon, threshold, lowerBarrier, ...stated }));
}
