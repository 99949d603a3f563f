import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { openReview } from '../../data/decisions/champion-reviews.js';
import { appendDecision } from '../../data/decisions/decisions.js';
import { signingKey } from '../../data/signing/signing.js';
import { sha256 } from '../../data/store/digests.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';

const DAY_MS = 86_400_000;
const CHAMPION = 'champion_run';
const WAITING = 'waiting_run';

/** Days that are too many for a decision and for scores. */
const LONG_AGO = 5;

/** Makes a champion, long ago, that has just scored. */
export async function addChampion(home: Home): Promise<void> {
  await appendDecision(
    home,
    {
      ...{ run: CHAMPION, bundle: `release/audit_${CHAMPION}`, bundleDigest: sha256(CHAMPION) },
      ...{ verdict: 'approved', by: 'A', reason: 'r', id: 'request 1' },
      at: new Date(Date.now() - LONG_AGO * DAY_MS).toISOString(),
    },
    await signingKey(home.signingKey()),
  );
  score(home, 0);
}

/** The champion's newest log, this many days old. */
function score(home: Home, days: number): void {
  const file = home.scoreLog(sha256(CHAMPION), '2025-01-02', 1);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '{}');
  makeOlder(file, days);
}

/** A bundle that waits for a decision, the scores and the champion's triggers: as they should not be. */
export async function neglect(home: Home): Promise<void> {
  await writeJson(home.status(WAITING), {
    ...{ runId: WAITING, workflowId: `train/${WAITING}`, phase: 'done' },
    windows: { planned: 1, succeeded: 1, skipped: 0, failed: 0 },
    ...{ skippedBy: {}, failedBy: {}, students: 1, bundle: home.bundle(WAITING) },
    ...{ bundleDigest: sha256(WAITING), decision: 'pending' },
  });
  mkdirSync(home.bundle(WAITING), { recursive: true });
  writeFileSync(manifest(home), '{}');
  makeOlder(manifest(home), LONG_AGO);
  score(home, LONG_AGO);
  await openReview(home, {
    champion: 1,
    run: CHAMPION,
    opened: new Date().toISOString(),
    fired: [{ trigger: 'drift', because: 'population stability index 0.4 of rsi, above 0.25' }],
  });
}

/** All three as they should be. */
export function attendTo(home: Home): void {
  rmSync(manifest(home));
  rmSync(home.championReview(1));
  score(home, 0);
}

const manifest = (home: Home): string => path.join(home.bundle(WAITING), 'manifest.json');

function makeOlder(file: string, days: number): void {
  const time = new Date(Date.now() - days * DAY_MS);
  utimesSync(file, time, time);
}
