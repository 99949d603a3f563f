import path from 'node:path';

import { planSchema } from '../schemas/plan.js';
import type { Home } from './home.js';
import { shardFailures } from './shard-failures.js';
import { forgetShardTroubles, quarantinedWindows } from './shard-troubles.js';
import { readStoredJson, removeStored } from './stored-files.js';

/** Which failures to forget; without a field: all. */
export interface Forgetting {
  readonly cohorts?: readonly string[];
  readonly symbols?: readonly string[];
  /** Cohorts without any teacher: all their windows have failed, even in shards that were finished. */
  readonly untaught?: readonly string[];
  /** Keeps windows in quarantine, since they would crash the trainer again. */
  readonly keepQuarantine?: boolean;
}

/** The cohorts with forgotten failures, and the number of windows that are trained again because of it. */
export interface Forgotten {
  readonly windows: number;
  readonly cohorts: readonly string[];
}

/**
 * Removes the manifests of a run's finished shards with failed windows, so that these shards are trained again, and
 * releases quarantined windows unless they are kept. The other windows of such a shard get the same results, bit for
 * bit. Idempotent.
 */
export async function forgetFailures(
  home: Home,
  runId: string,
  { cohorts, symbols, untaught = [], keepQuarantine = false }: Forgetting,
): Promise<Forgotten> {
  const plan = await readStoredJson(home, home.plan(runId), planSchema);
  const quarantine = keepQuarantine ? await quarantinedWindows(home, runId) : [];
  const concerns = (failed: readonly string[]): boolean =>
    failed.some((symbol) => symbols?.includes(symbol) ?? true);
  const forgotten: { windows: number; readonly cohorts: string[] } = { windows: 0, cohorts: [] };
  for (const { id, shards } of plan?.cohorts ?? []) {
    if (cohorts !== undefined && !cohorts.includes(id)) continue;
    const stale: string[] = [];
    /** Windows without a teacher in shards without a manifest; the cohort trains them in any case. */
    const unfinished: string[] = untaught.includes(id) ? shards.flat() : [];
    let inFinished = 0;
    for (const [shard, planned] of shards.entries()) {
      if (!keepQuarantine) await forgetShardTroubles(home, { runId, cohort: id, shard }, symbols);
      const folder = home.shardDir(runId, id, 'real', shard);
      const found = await shardFailures(home, folder);
      if (found === undefined) unfinished.push(...(untaught.includes(id) ? [] : planned));
      const failed = (found ?? [])
        .map(({ symbol }) => symbol)
        .filter((failure) => !quarantine.some(({ cohort, symbol }) => cohort === id && symbol === failure));
      if (!concerns(failed)) continue;
      stale.push(path.join(folder, 'unit.json'));
      if (!untaught.includes(id)) inFinished += failed.length;
    }
    if (stale.length === 0 && !concerns(unfinished)) continue;
    // The cohort's index refers to the removed manifests; the cohort writes it again when it ends.
    if (stale.length > 0) await removeStored(home, home.cohortIndex(runId, id));
    for (const manifest of stale) await removeStored(home, manifest);
    forgotten.windows += inFinished + unfinished.length;
    forgotten.cohorts.push(id);
  }
  return forgotten;
}
