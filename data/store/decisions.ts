import { readdir } from 'node:fs/promises';

import { GurukulError, storeUnavailable, systemErrorCode } from '../errors.js';
import type { Champion, Decision, DecisionFile } from '../schemas/decision.js';
import { decisionFileSchema } from '../schemas/decision.js';
import { sha256 } from './digests.js';
import { readIfExists, readJson, createFileAtomic, writeJson } from './files.js';
import type { Home } from './home.js';

const DECISION_NAME = /^(\d{6})\.json$/;

/**
 * All decisions recorded in a home, oldest first.
 *
 * @throws GurukulError ChecksumMismatch when a file is damaged or missing, so that the chain of digests breaks.
 */
export async function readDecisions(home: Home): Promise<Decision[]> {
  const numbers = (await readdir(home.champions()).catch(noneIfMissing)).flatMap((name) => {
    const number = DECISION_NAME.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  const decisions: Decision[] = [];
  let previous: string | null = null;
  for (const [index, number] of numbers.sort((a, b) => a - b).entries()) {
    const file = home.decision(number);
    const stored = await readJson(file, decisionFileSchema);
    if (stored?.decision.previous !== previous || stored.decision.number !== index + 1)
      throw new GurukulError(
        'ChecksumMismatch',
        `${file} does not contain the digest of the decision before it: a decision was changed or removed`,
      );
    previous = await digestOf(file);
    decisions.push(stored.decision);
  }
  return decisions;
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
 * Appends a decision to the history, whole or not at all. If two are appended at once, one gets the next number
 * and the other the number after it.
 *
 * @param seal Signs the decision once its number is known.
 */
export async function appendDecision(
  home: Home,
  decision: Omit<Decision, 'number' | 'previous'>,
  seal: (placed: Decision) => DecisionFile,
): Promise<Decision> {
  for (;;) {
    const number = (await readDecisions(home)).length + 1;
    const previous = number === 1 ? null : await digestOf(home.decision(number - 1));
    const placed: Decision = { ...decision, number, previous };
    if (await createFileAtomic(home.decision(number), `${JSON.stringify(seal(placed), null, 2)}\n`))
      return placed;
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

async function digestOf(file: string): Promise<string | null> {
  const content = await readIfExists(file);
  return content === undefined ? null : sha256(content);
}

function noneIfMissing(error: unknown): string[] {
  if (systemErrorCode(error) === 'ENOENT') return [];
  throw storeUnavailable('read the decisions', error);
}
