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
async function championTarget(home: Home): Promise<ScoreTarget> {
  const champion = await currentChampion(home);
  if (champion === undefined)
    throw new InvalidInputError([
      'there is no champion yet: approve the bundle of a run, with gurukul approve RUN --by NAME --reason TEXT, or score a run with --run RUN',
    ]);
  const { run, bundleDigest, decision } = champion;
  return { role: 'champion', run, bundleDigest, decision };
}

/** The champion, and the bundle that is staged beside it, if there is one. @throws as {@link championTarget}. */
export async function usedTargets(home: Home): Promise<ScoreTarget[]> {
  const champion = await championTarget(home);
  const staged = await shadowOf(home);
  if (staged === undefined) return [champion];
  const { run, bundleDigest, decision } = staged;
  return [champion, { role: 'shadow', run, bundleDigest, decision }];
}

/** A named run as a model to score: the champion where it is that, so that both have one log. */
export async function runTarget(home: Home, run: string): Promise<ScoreTarget> {
  const champion = await currentChampion(home);
  return champion?.run === run
    ? championTarget(home)
    : { role: 'run', run, bundleDigest: null, decision: null };
}
