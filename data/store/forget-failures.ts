import { rm } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { planSchema } from '../schemas/plan.js';
import { storeUnavailable } from '../errors.js';
import { readIfThere, readJson } from './files.js';
import type { Home } from './home.js';
import { forgetShardTroubles, quarantinedWindows } from './shard-troubles.js';
import { unitManifestSchema } from './units.js';

/** Which failures are to be forgotten; absent parts mean all. */
export interface Forgetting {
  readonly cohorts?: readonly string[];
  readonly symbols?: readonly string[];
  /** Leaves the windows in quarantine where they are: they would only end the trainer again. */
  readonly keepQuarantine?: boolean;
}

const lineSchema = z.looseObject({ symbol: z.string(), status: z.string() });

/**
 * Takes away the manifests of a run's finished shards that hold failed windows, so that these shards are
 * trained again, and lets quarantined windows out where that is wanted. Their other windows come out the same, bit for bit. Done twice it does no more.
 *
 * @returns Failed windows of the shards concerned.
 */
export async function forgetFailures(
  home: Home,
  runId: string,
  { cohorts, symbols, keepQuarantine = false }: Forgetting,
): Promise<number> {
  const plan = await readJson(home.plan(runId), planSchema);
  const quarantine = keepQuarantine ? await quarantinedWindows(home, runId) : [];
  let windows = 0;
  for (const { id, shards } of plan?.cohorts ?? []) {
    if (cohorts !== undefined && !cohorts.includes(id)) continue;
    for (const shard of shards.keys()) {
      if (!keepQuarantine) await forgetShardTroubles(home, { runId, cohort: id, shard }, symbols);
      const folder = home.shardDir(runId, id, 'real', shard);
      const failed = (await failedSymbols(home, folder)).filter(
        (failure) => !quarantine.some(({ cohort, symbol }) => cohort === id && symbol === failure),
      );
      const concerned = symbols === undefined || failed.some((symbol) => symbols.includes(symbol));
      if (failed.length === 0 || !concerned) continue;
      await remove(path.join(folder, 'unit.json'));
      windows += failed.length;
    }
  }
  return windows;
}

/** Symbols of a finished shard whose windows have failed; none where it is not finished. */
async function failedSymbols(home: Home, folder: string): Promise<string[]> {
  // A damaged manifest is no finished unit: it is trained again anyway.
  const manifest = await readJson(path.join(folder, 'unit.json'), unitManifestSchema).catch(() => undefined);
  const windows = manifest?.outputs['windows'];
  if (windows === undefined) return [];
  const text = (await readIfThere(home.absolute(windows.uri)))?.toString('utf8') ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter(({ status }) => status === 'failed')
    .map(({ symbol }) => symbol);
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw storeUnavailable(`remove ${file}`, error);
  }
}
