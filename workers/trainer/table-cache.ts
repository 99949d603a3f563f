import type { JobContext } from '../../activities/model/units/job-context.js';
import { trainingKey } from '../../activities/model/units/unit-keys.js';
import type { FeatureTable } from '../../activities/market/feature-table.js';
import { loadFeatureTable } from '../../activities/market/load-feature-table.js';
import { RecentlyUsed } from '../../data/recently-used.js';
import type { Home } from '../../data/store/home.js';
import { unitKey } from '../../data/store/units.js';
import { sharedParts } from './shared-parts.js';

/** Tables kept: both arms of one run. */
const CAPACITY = 2;

/**
 * Loads feature tables, shared with this machine's other trainers, and keeps the last ones, so that only the
 * first job of an arm computes them.
 */
export function createTableCache(home: Home, codeVersion: string): JobContext['loadTable'] {
  const computeGroups = sharedParts(home, codeVersion);
  const tables = new RecentlyUsed<FeatureTable>(CAPACITY);
  return async ({ ingest, config }, arm) => {
    const key = unitKey({ ingest: ingest.sha256, config: trainingKey(config), arm });
    const known = tables.get(key);
    if (known !== undefined) return known;
    const table = await loadFeatureTable(home, ingest, config, arm, computeGroups);
    tables.set(key, table);
    return table;
  };
}
