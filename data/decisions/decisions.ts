import type { KeyObject } from 'node:crypto';

import type { Decision } from '../schemas/decision.js';
import { sha256 } from '../store/digests.js';
import type { Home } from '../store/home.js';
import { makePrivateFolder } from '../store/private-folder.js';
import type { Champion } from './champion-state.js';
import { championOf, decisionOn, pointerOf } from './champion-state.js';
import { readLog } from './decision-log.js';
import { writeHead } from './decisions-head.js';
import { sealDecision } from './sealed-decision.js';

/** A decision that has no place in the log yet. */
export type DecisionDraft = Omit<Decision, 'number' | 'previous'>;

/**
 * All decisions recorded in a home, oldest first, each verified (see decision-log.ts).
 *
 * @throws GurukulError ChecksumMismatch when a decision was changed, forged, reordered or removed.
 */
export async function readDecisions(home: Home): Promise<readonly Decision[]> {
  return (await readLog(home)).decisions;
}

/**
 * Appends a decision to the log, whole or not at all. If two are appended at once, one gets the next number and
 * the other the number after it, unless the first settles it. A head that is missing (of an old log) or one entry
 * behind (its writer was killed) is written first, so that it is never more than one entry behind.
 *
 * @param key The home's signing key.
 * @param settledBy Looks at the log to which the decision would be appended: returns the entry that makes it
 * unnecessary, or throws when it contradicts the log. By default any decision on that bundle settles it.
 * @returns The decision with its number, or the one that settles it.
 * @throws GurukulError ChecksumMismatch when the log is broken.
 */
export async function appendDecision(
  home: Home,
  decision: DecisionDraft,
  key: KeyObject,
  settledBy: (decisions: readonly Decision[]) => Decision | undefined = (decisions) =>
    decisionOn(decisions, decision.run, decision.bundleDigest),
): Promise<Decision> {
  await makePrivateFolder(home.champions());
  const { store } = home;
  for (;;) {
    const { decisions, end, head } = await readLog(home);
    const before = settledBy(decisions);
    if (before !== undefined) return before;
    if (head?.number !== end.number) await writeHead(home, end, key);
    const placed: Decision = { ...decision, number: end.number + 1, previous: end.digest };
    const text = `${JSON.stringify(sealDecision(placed, key), null, 2)}\n`;
    if (await store.putIfAbsent(home.relative(home.decision(placed.number)), text)) {
      await writeHead(home, { number: placed.number, digest: sha256(text) }, key);
      return placed;
    }
  }
}

/** Makes the pointer `champions/champion.json` follow the log, which is the truth. */
export async function refreshChampion(home: Home): Promise<Champion | undefined> {
  const { store } = home;
  const key = home.relative(home.champion());
  for (;;) {
    const decisions = await readDecisions(home);
    const pointer = pointerOf(decisions);
    const there = (await store.get(key))?.toString('utf8');
    const text = `${JSON.stringify(pointer, null, 2)}\n`;
    // Read again after it was written: another decision may have been recorded in the meantime.
    if (pointer === undefined || there === text) return championOf(decisions);
    await store.compareAndSet(key, there, text);
  }
}
