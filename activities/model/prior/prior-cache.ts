import type { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import type { CohortPriors } from './prior-file.js';
import { readPrior } from './prior-file.js';

/** Priors kept: of two cohorts at once, each with its placebo, shards come in turn. */
const CAPACITY = 4;

const kept = new Map<string, CohortPriors>();

/**
 * The prior of a unit, from this process's last ones where it is among them, by the digests of its files: the shards of
 * a cohort share one, and what was computed from it.
 *
 * @throws GurukulError ChecksumMismatch when it is read and missing or changed.
 */
export async function keptPrior(home: Home, unit: UnitManifest): Promise<CohortPriors> {
  const { model, weights } = unit.outputs;
  const key = `${unit.key} ${model?.sha256 ?? ''} ${weights?.sha256 ?? ''}`;
  const prior = kept.get(key) ?? (await readPrior(home, unit));
  // The last one that was asked for comes last.
  kept.delete(key);
  kept.set(key, prior);
  for (const oldest of kept.keys()) {
    if (kept.size <= CAPACITY) break;
    kept.delete(oldest);
  }
  return prior;
}
