import type { JobContext } from '../../activities/model/units/job-context.js';
import { trainingKey } from '../../activities/model/units/unit-keys.js';
import type { FeatureTable } from '../../activities/market/feature-table.js';
import { tableSource } from '../../activities/market/load-feature-table.js';
import { RecentlyUsed } from '../../data/recently-used.js';
import type { Home } from '../../data/store/home.js';
import { unitKey } from '../../data/store/units.js';
import { SharedTables } from './shared-tables.js';

/** Tables kept open: both arms of one run. */
const CAPACITY = 2;

/**
 * Loads feature tables, shared with this machine's other trainers, and keeps the last ones open. A run needs both arms:
 * while another trainer builds the one, this one builds the other.
 */
export function createTableCache(home: Home, codeVersion: string): JobContext['loadTable'] {
  const shared = new SharedTables(home, codeVersion);
  const tables = new RecentlyUsed<FeatureTable>(CAPACITY);
  return async ({ ingest, config }, arm, onStep) => {
    const key = unitKey({ ingest: ingest.sha256, config: trainingKey(config), arm });
    const known = tables.get(key);
    if (known !== undefined) return known;
    const source = await tableSource(home, ingest, config, arm);
    const next = arm === 'real' ? 'placebo' : 'real';
    const table = await shared.load(source, () => tableSource(home, ingest, config, next), onStep);
    tables.set(key, table);
    return table;
  };
}
