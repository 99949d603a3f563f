import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';

import { InvalidInputError } from '../errors.js';

/**
 * Refuses a path that does not lie below a folder, or that a symbolic link on its way leads out of it. The
 * folder itself may be a link, and links that stay inside are fine. It guards against links that were
 * there before (an unpacked archive, another user's mistake), not against someone who makes them while we
 * write: who can do that can write the files as well.
 *
 * @throws InvalidInputError naming the link and how to mend it.
 */
export function refuseLinksOut(root: string, file: string): void {
  if (!isBelow(root, file)) throw new InvalidInputError([`${file} does not lie in ${root}`]);
  let place = root;
  for (const part of path.relative(root, file).split(path.sep)) {
    place = path.join(place, part);
    const kind = lookAt(place);
    if (kind === 'nothing') return;
    if (kind === 'other') continue;
    const target = targetOf(place);
    if (target === undefined || !isBelow(realpathSync(root), target))
      throw new InvalidInputError([
        `${place} is a link that leads out of ${root} (to ${target ?? 'nowhere'}): remove it, or set ` +
          'GURUKUL_HOME to the folder where everything shall lie',
      ]);
  }
}

/** Whatever cannot be looked at is told by who uses the path. */
function lookAt(place: string): 'link' | 'other' | 'nothing' {
  try {
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats === undefined) return 'nothing';
    return stats.isSymbolicLink() ? 'link' : 'other';
  } catch {
    return 'nothing';
  }
}

/** Undefined for a link that leads nowhere: what is written to it would make its target. */
function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function isBelow(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
