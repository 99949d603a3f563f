import type { Home } from '../../../../data/store/home.js';
import { maskSecrets } from '../../../../data/secrets/secrets.js';
import type { WindowPlace } from './event-subjects.js';
import { subjectOf, subjectsOf } from './event-subjects.js';
import { fieldsOf, linesOn } from './indexed-lines.js';
import type { RunIndex } from './run-index.js';

/**
 * The lines of a window's events as they were written, oldest first, up to the newest when it was asked: of its own
 * events, its shard's and its cohort's. Blocks without any are not read.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function* windowLines(
  home: Home,
  run: string,
  index: RunIndex,
  place: WindowPlace,
): AsyncGenerator<string> {
  await index.readToEnd();
  const subjects = subjectsOf(place);
  for await (const line of linesOn(home, run, index.blocksWith(subjects)))
    if (subjects.includes(subjectOf(fieldsOf(line)) ?? '')) yield `${maskSecrets(line.text())}\n`;
}
