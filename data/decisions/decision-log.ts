import { GurukulError } from '../errors.js';
import type { Decision, DecisionFile } from '../schemas/decision.js';
import { decisionFileSchema } from '../schemas/decision.js';
import type { DecisionsHead } from '../schemas/decisions-head.js';
import { publicKeyOf } from '../signing/signing.js';
import { sha256 } from '../store/digests.js';
import type { Home } from '../store/home.js';
import { parseJson } from '../store/parse-json.js';
import { numberedKeys, readHead } from './decisions-head.js';
import { checkSealed } from './sealed-decision.js';

/** The log of decisions, verified. */
export interface DecisionLog {
  /** Oldest first. */
  readonly decisions: readonly Decision[];
  /** What the head has to be. */
  readonly end: DecisionsHead;
  /** The head as kept apart: `end`, or one entry behind it; undefined for an empty or an old log. */
  readonly head: DecisionsHead | undefined;
}

const EMPTY: DecisionsHead = { number: 0, digest: null };

/**
 * Reads all decisions and verifies each: its number, its signature with the home's key, and the digest of the
 * decision before it. The head that is kept apart from the log shows whether its newest entries are there.
 *
 * @throws GurukulError ChecksumMismatch that names the file with which the log breaks.
 * @throws InvalidInputError when others may read the home's key.
 */
export async function readLog(home: Home): Promise<DecisionLog> {
  const { store } = home;
  const numbers = await numberedKeys(store, home.relative(home.champions()));
  const heads = await numberedKeys(store, home.relative(home.decisionsHeads()));
  if (numbers.length === 0 && heads.length === 0) return { decisions: [], end: EMPTY, head: undefined };
  const publicPem = publicKeyOf(home.signingKey());
  if (publicPem === undefined)
    throw broken(`${home.signingKey()} is missing: the decisions of this home are signed with it`);

  // Others may append meanwhile. The log only grows: it must reach the head as it was before, and extend the
  // head as it is afterwards by one entry at most.
  const before = await readHead(home, publicPem);
  const { decisions, digests, withHead } = await readEntries(home, publicPem);
  const head = await readHead(home, publicPem);
  const end = { number: decisions.length, digest: digests.at(-1) ?? null };
  if (before !== undefined) requireReaches(home, before, digests);
  if (head !== undefined && end.number > head.number + 1)
    throw broken(
      `${home.decisionsHead(head.number)} is the newest head, but ${home.decision(end.number)} is there: a newer head was removed`,
    );
  if (head === undefined && withHead !== undefined)
    throw broken(
      `${home.decisionsHeads()} has no head, but ${home.decision(withHead)} was recorded with one: whether newer decisions are missing cannot be known`,
    );
  return { decisions, end, head };
}

interface Entries {
  readonly decisions: Decision[];
  /** SHA-256 of each decision's file. */
  readonly digests: string[];
  /** The newest decision that was recorded with a head. */
  readonly withHead: number | undefined;
}

async function readEntries(home: Home, publicPem: string): Promise<Entries> {
  const decisions: Decision[] = [];
  const digests: string[] = [];
  let withHead: number | undefined;
  const { store } = home;
  for (const [index, number] of (await numberedKeys(store, home.relative(home.champions()))).entries()) {
    const file = home.decision(number);
    if (number !== index + 1)
      throw broken(
        number === 0
          ? `${file} is not a decision: they are numbered from 1`
          : `${home.decision(index + 1)} is missing, but ${file} is there: a decision was removed`,
      );
    // Read once: the bytes that are verified are those that the next decision's digest is of.
    const content = await store.get(home.relative(file));
    if (content === undefined) throw broken(`${file} is missing`);
    const stored = storedEntry(file, content);
    const sealed = checkSealed(stored, publicPem);
    if ('wrong' in sealed) throw broken(`${file} ${sealed.wrong}`);
    if (stored.decision.number !== number)
      throw broken(`${file} contains decision ${stored.decision.number}: decisions were exchanged`);
    if (stored.decision.previous !== (digests.at(-1) ?? null))
      throw broken(
        `${file} does not contain the digest of the decision before it: a decision was changed or removed`,
      );
    if (sealed.withHead) withHead = number;
    decisions.push(stored.decision);
    digests.push(sha256(content));
  }
  return { decisions, digests, withHead };
}

/** @throws GurukulError ChecksumMismatch when the file does not hold an entry. */
function storedEntry(file: string, content: Buffer): DecisionFile {
  try {
    return parseJson(file, content, decisionFileSchema);
  } catch (error) {
    if (!(error instanceof GurukulError)) throw error;
    throw broken(`${file} is damaged: it holds no entry of the log`);
  }
}

function requireReaches(home: Home, head: DecisionsHead, digests: readonly string[]): void {
  const file = home.decisionsHead(head.number);
  if (head.number > digests.length)
    throw broken(
      `${home.decision(head.number)} is missing, but ${file} says that it was recorded: the newest decisions were removed`,
    );
  if (head.digest !== (digests[head.number - 1] ?? null))
    throw broken(`${home.decision(head.number)} is not the decision of which ${file} has the digest`);
}

function broken(what: string): GurukulError {
  return new GurukulError(
    'ChecksumMismatch',
    `the log of decisions is broken: ${what}. Restore champions/ and keys/ from one backup`,
  );
}
