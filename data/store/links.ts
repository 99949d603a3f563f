import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';

import { InvalidInputError } from '../errors.js';

/**
 * Refuses a path that is not below a folder, or that leaves it through a symbolic link. The folder itself may be
 * a link, and links to places inside it are fine. This guards against links that already exist (an unpacked
 * archive, another user's mistake), not against someone who creates links while the program writes: that person
 * could write the files as well.
 *
 * @throws InvalidInputError naming the link and how to fix it.
 */
export function refuseEscapingLinks(root: string, file: string): void {
  if (!isBelow(root, file)) throw new InvalidInputError([`${file} is not inside the home folder ${root}`]);
  let place = root;
  for (const part of path.relative(root, file).split(path.sep)) {
    place = path.join(place, part);
    const kind = kindOf(place);
    if (kind === 'nothing') return;
    if (kind === 'other') continue;
    const target = targetOf(place);
    if (target === undefined || !isBelow(realpathSync(root), target))
      throw new InvalidInputError([
        `${place} is a symbolic link that leads out of the home folder ${root} (to ${target ?? 'nowhere'}). ` +
          'Remove the link, or set GURUKUL_HOME to the folder that you want to use',
      ]);
  }
}

/** An error counts as `nothing`: whoever uses the path next reports it. */
function kindOf(place: string): 'link' | 'other' | 'nothing' {
  try {
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats === undefined) return 'nothing';
    return stats.isSymbolicLink() ? 'link' : 'other';
  } catch {
    return 'nothing';
  }
}

/** Undefined for a dangling link: a write through it would create its target. */
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
