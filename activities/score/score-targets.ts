import { currentChampion, shadowOf } from '../../data/decisions/current-champion.js';
import { InvalidInputError } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import type { ScoreTarget } from './scoring-bundle.js';

/**
 * The champion as a model to score.
 *
 * @throws InvalidInputError when no bundle was ever approved.
 * @throws GurukulError ChecksumMismatch when the log of decisions is broken.
 */
export async function championTarget(home: Home): Promise<ScoreTarget> {
  const champion = await currentChampion(home);
  if (champion === undefined)
    throw new InvalidInputError([
      'there is no champion yet: approve the bundle of a run, with gurukul approve RUN --by NAME --reason TEXT, or score a run with --run RUN',
    ]);
  const { run, bundleDigest, decision } = champion;
  return { role: 'champion', run, bundleDigest, decision };
}

/** A named run as a model to score: the champion where it is that, so that both have one log. */
export async function runTarget(home: Home, run: string): Promise<ScoreTarget> {
  const champion = await currentChampion(home);
  return champion?.run === run
    ? championTarget(home)
    : { role: 'run', run, bundleDigest: null, decision: null };
}
