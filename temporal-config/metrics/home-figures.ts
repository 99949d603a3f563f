import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { readReview } from '../../data/decisions/champion-reviews.js';
import { championIn } from '../../data/decisions/current-champion.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { sealedRuns } from '../../data/decisions/sealed-runs.js';
import type { FiredTrigger } from '../../data/schemas/champion-review.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { Home } from '../../data/store/home.js';

/** What a home says of its releases. Times in milliseconds since 1970. */
export interface HomeFigures {
  /** Since when each bundle waits for a person's decision; a champion under review waits for one again. */
  readonly waitingSince: readonly number[];
  /** Undefined: there is no champion. */
  readonly champion:
    | {
        readonly since: number;
        /** When the newest of its score logs was written; undefined: it has scored nothing. */
        readonly scoredAt: number | undefined;
        /** Its triggers that have fired. */
        readonly fired: readonly FiredTrigger['trigger'][];
      }
    | undefined;
}

/**
 * Reads them from the home's files.
 *
 * @throws GurukulError ChecksumMismatch when the log of decisions is broken.
 */
export async function readHomeFigures(home: Home): Promise<HomeFigures> {
  const decisions = await readDecisions(home);
  const waitingSince = await undecidedSince(home, decisions);
  const champion = championIn(decisions);
  if (champion === undefined) return { waitingSince, champion: undefined };
  const review = await readReview(home, champion.decision);
  return {
    waitingSince: review === undefined ? waitingSince : [...waitingSince, Date.parse(review.opened)],
    champion: {
      since: Date.parse(champion.since),
      scoredAt: await newestFile(home.scores(champion.bundleDigest)),
      fired: review?.fired.map(({ trigger }) => trigger) ?? [],
    },
  };
}

async function undecidedSince(home: Home, decisions: readonly Decision[]): Promise<number[]> {
  const found: number[] = [];
  for (const { runId, decision } of await sealedRuns(home, decisions)) {
    if (decision !== undefined) continue;
    const sealed = await writtenAt(path.join(home.bundle(runId), 'manifest.json'));
    // Without its bundle there is nothing to decide about.
    if (sealed !== undefined) found.push(sealed);
  }
  return found;
}

async function newestFile(folder: string): Promise<number | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const times = await Promise.all(names.map(async (name) => writtenAt(path.join(folder, name))));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

async function writtenAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
