import type { CohortPriors } from '../../activities/model/prior/prior-file.js';
import { readPrior } from '../../activities/model/prior/prior-file.js';
import type { JobContext } from '../../activities/model/units/job-context.js';
import type { Home } from '../../data/store/home.js';

/** Priors kept: of two cohorts at once, each with its placebo, shards come in turn. */
const CAPACITY = 4;

/**
 * Reads priors and keeps the last ones, by the digests of their files: the shards of a cohort share one, and what was
 * computed from it.
 */
export function createPriorCache(home: Home): JobContext['loadPrior'] {
  const priors = new Map<string, CohortPriors>();
  return async (manifest) => {
    const { model, weights } = manifest.outputs;
    const key = `${manifest.key} ${model?.sha256 ?? ''} ${weights?.sha256 ?? ''}`;
    const prior = priors.get(key) ?? (await readPrior(home, manifest));
    priors.delete(key);
    priors.set(key, prior);
    for (const oldest of priors.keys()) {
      if (priors.size <= CAPACITY) break;
      priors.delete(oldest);
    }
    return prior;
  };
}
