import path from 'node:path';

import { currentChampion } from '../../data/decisions/current-champion.js';
import { isNewAlgorithm } from '../../data/logic/logic-digest.js';
import type { Logic } from '../../data/schemas/logic.js';
import { logicSchema } from '../../data/schemas/logic.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { bundleBriefing } from './headline.js';

/** The algorithm of a run's bundle, compared with that of the champion. */
export type ComparedAlgorithm = NonNullable<RunStatus['algorithm']>;

/**
 * Whether a run that is done has another algorithm than the champion; undefined for any other run, and for bundles
 * whose logic digest cannot be read, such as those of earlier versions.
 *
 * @throws GurukulError ChecksumMismatch when the log of decisions is broken.
 */
export async function algorithmOf(
  home: Home,
  { phase, bundle }: Pick<RunStatus, 'phase' | 'bundle'>,
): Promise<ComparedAlgorithm | undefined> {
  const own = phase !== 'done' || bundle === null ? undefined : await logicIn(bundle);
  if (own === undefined || own === null) return undefined;
  const champion = await currentChampion(home);
  if (champion === undefined) return { digest: own.digest, comparedWith: null, isNew: null };
  const folder = await home.store.localFolder(champion.bundle);
  const before = await logicIn(folder);
  // A bundle that is there without a digest is of an earlier version; one that is gone says nothing.
  const isKnown = before === undefined ? (await bundleBriefing(folder)) !== undefined : before !== null;
  return {
    digest: own.digest,
    comparedWith: champion.run,
    isNew: isKnown ? isNewAlgorithm(before ?? undefined, own) : null,
  };
}

/** In words; nothing where there is no champion to compare with. */
export function algorithmLines({ digest, comparedWith, isNew }: ComparedAlgorithm): string[] {
  const named = digest.slice(0, 'xxxxxxxxxxxxxxxx'.length);
  if (comparedWith === null) return [];
  if (isNew === null) return [`${named}: the bundle of the champion (${comparedWith}) cannot be read`];
  return isNew
    ? [`new: ${named} is not that of the champion (${comparedWith}); read its research_report.md`]
    : [`${named}, that of the champion (${comparedWith})`];
}

/** Undefined where there is none, null where it is damaged. */
async function logicIn(bundle: string): Promise<Logic | null | undefined> {
  return readJson(path.join(bundle, 'configs', 'logic.json'), logicSchema).catch(() => null);
}
