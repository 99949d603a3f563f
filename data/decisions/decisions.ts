import type { KeyObject } from 'node:crypto';

import type { Champion, Decision } from '../schemas/decision.js';
import { sealDecision } from './sealed-decision.js';
import { readLog } from './decision-log.js';
import { writeHead } from './decisions-head.js';
import { sha256 } from '../store/digests.js';
import { createFileAtomic, writeJson } from '../store/files.js';
import type { Home } from '../store/home.js';
import { PRIVATE_FILE, makePrivateFolder } from '../store/private-folder.js';

/**
 * All decisions recorded in a home, oldest first, each verified (see decision-log.ts).
 *
 * @throws GurukulError ChecksumMismatch when a decision was changed, forged, reordered or removed.
 */
export async function readDecisions(home: Home): Promise<readonly Decision[]> {
  return (await readLog(home)).decisions;
}

/** The latest decision on a bundle, if there is one. */
export function decisionOn(
  decisions: readonly Decision[],
  run: string,
  bundleDigest: string | null,
): Decision | undefined {
  return decisions.findLast((one) => one.run === run && one.bundleDigest === bundleDigest);
}

/** The bundle that was approved last; undefined if none was ever approved. */
export function championOf(decisions: readonly Decision[]): Champion | undefined {
  const approved = decisions.findLast(({ verdict }) => verdict === 'approved');
  if (approved === undefined) return undefined;
  const { run, bundle, bundleDigest, number } = approved;
  return { run, bundle, bundleDigest, decision: number };
}

/**
 * Appends a decision to the log, whole or not at all. If two are appended at once, one gets the next number and
 * the other the number after it; of two on one bundle of one run, the log has the first alone. A head that is missing (of an old log) or one entry behind (its writer was
 * killed) is written first, so that it is never more than one entry behind.
 *
 * @param key The home's signing key.
 * @returns The decision with its number; the one that is in the log already if the bundle was decided about.
 * @throws GurukulError ChecksumMismatch when the log is broken.
 */
export async function appendDecision(
  home: Home,
  decision: Omit<Decision, 'number' | 'previous'>,
  key: KeyObject,
): Promise<Decision> {
  await makePrivateFolder(home.champions());
  for (;;) {
    const { decisions, end, head } = await readLog(home);
    const before = decisionOn(decisions, decision.run, decision.bundleDigest);
    if (before !== undefined) return before;
    if (head?.number !== end.number) await writeHead(home, end, key);
    const placed: Decision = { ...decision, number: end.number + 1, previous: end.digest };
    const text = `${JSON.stringify(sealDecision(placed, key), null, 2)}\n`;
    if (await createFileAtomic(home.decision(placed.number), text, PRIVATE_FILE)) {
      await writeHead(home, { number: placed.number, digest: sha256(text) }, key);
      return placed;
    }
  }
}

/** Updates the alias `champion` (`champions/champion.json`) to the bundle that was approved last. */
export async function refreshChampion(home: Home): Promise<Champion | undefined> {
  for (let written: Champion | undefined; ;) {
    const champion = championOf(await readDecisions(home));
    // Check again after writing: another decision may have been recorded in the meantime.
    if (champion === undefined || champion.decision === written?.decision) return champion;
    await writeJson(home.champion(), champion);
    written = champion;
  }
}
