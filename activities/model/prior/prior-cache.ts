import { RecentlyUsed } from '../../../data/recently-used.js';
import type { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import type { CohortPriors } from './prior-file.js';
import { readPrior } from './prior-file.js';

/** Of two cohorts at once, each with its placebo, shards come in turn. */
const kept = new RecentlyUsed<CohortPriors>(4);

/**
 * The prior of a unit, from this process's last ones where it is among them, by the digests of its files: the shards of
 * a cohort share one, and what was computed from it.
 *
 * @throws GurukulError ChecksumMismatch when it is read and missing or changed.
 */
export async function keptPrior(home: Home, unit: UnitManifest): Promise<CohortPriors> {
  const { model, weights } = unit.outputs;
  const key = `${unit.key} ${model?.sha256 ?? ''} ${weights?.sha256 ?? ''}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const prior = await readPrior(home, unit);
  kept.set(key, prior);
  return prior;
}
