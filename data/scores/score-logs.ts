import type { KeyObject } from 'node:crypto';

import { GurukulError } from '../errors.js';
import type { ScoreLog, ScoreLogFile } from '../schemas/score-log.js';
import { scoreLogFileSchema } from '../schemas/score-log.js';
import { publicKeyOf } from '../signing/signing.js';
import { canonicalJson, sha256 } from '../store/digests.js';
import type { Home } from '../store/home.js';
import { parseJson } from '../store/parse-json.js';
import { createStored, listStored, readStored } from '../store/stored-files.js';
import { areSealedScores, sealScores } from './sealed-scores.js';
import { whyOther } from './why-other.js';

const LOG_FILE = /^(\d{4}-\d{2}-\d{2}(?:T\d{4})?)\.(\d{3,})\.json$/;

/** A log that is on disk. */
export interface StoredScores {
  readonly file: string;
  readonly log: ScoreLog;
  readonly sha256: string;
}

/** A log before it has its place. */
export type NewScores = Omit<ScoreLog, 'number' | 'replaces'>;

/**
 * All logs of a bundle's student, by date, then number, each verified: its signature with the home's key, its name, and
 * that no earlier one of its date is missing or was changed.
 *
 * @throws GurukulError ChecksumMismatch that names the file that was changed or is missing.
 */
export async function readScores(home: Home, bundleDigest: string): Promise<StoredScores[]> {
  const names = await namesIn(home, home.scores(bundleDigest));
  if (names.length === 0) return [];
  const publicPem = publicKeyOf(home.signingKey());
  if (publicPem === undefined)
    throw broken(`${home.signingKey()} is missing: the scores of this home are signed with it`);
  const stored: StoredScores[] = [];
  for (const { date, number } of names) {
    const before = stored.at(-1);
    const found = await readLog(home, bundleDigest, date, number, publicPem);
    const earlier = before?.log.date === found.log.date ? before : undefined;
    if (number !== (earlier?.log.number ?? 0) + 1)
      throw broken(`${home.scoreLog(bundleDigest, date, number - 1)} is missing, but ${found.file} is there`);
    if ((found.log.replaces?.sha256 ?? null) !== (earlier?.sha256 ?? null))
      throw broken(`${earlier?.file ?? found.file} is not the log that ${found.file} corrects`);
    stored.push(found);
  }
  return stored;
}

/** The newest log of each date, oldest date first. @param stored From {@link readScores}. */
export function newestOfDates(stored: readonly StoredScores[]): StoredScores[] {
  return stored.filter(({ log }, at) => stored[at + 1]?.log.date !== log.date);
}

/**
 * Records what a student said, once: a second scoring of the same date with the same result is the same file. Another
 * result, as of bars that were corrected since, is a new numbered file that says why; no file is ever changed. Of two
 * that record at once, one gets the next number and the other, if its result is another one, the number after it.
 *
 * @param key The home's signing key.
 * @throws GurukulError ChecksumMismatch when a log of the bundle was changed.
 */
export async function recordScores(
  home: Home,
  scores: NewScores,
  key: KeyObject,
): Promise<StoredScores & { readonly created: boolean }> {
  for (;;) {
    const stored = await readScores(home, scores.bundleDigest);
    const last = stored.findLast(({ log }) => log.date === scores.date);
    const why = last === undefined ? undefined : whyOther(last.log, scores);
    if (last !== undefined && why === undefined) return { ...last, created: false };
    const log: ScoreLog = {
      ...scores,
      number: (last?.log.number ?? 0) + 1,
      replaces:
        last === undefined || why === undefined
          ? null
          : { number: last.log.number, sha256: last.sha256, why },
    };
    const file = home.scoreLog(log.bundleDigest, log.date, log.number);
    const text = textOf(sealScores(log, key));
    if (await createStored(home, file, text)) return { file, log, sha256: sha256(text), created: true };
  }
}

interface LogName {
  readonly date: string;
  readonly number: number;
}

async function namesIn(home: Home, folder: string): Promise<LogName[]> {
  const names = await listStored(home, folder);
  return names
    .flatMap((name): LogName[] => {
      const [, date, number] = LOG_FILE.exec(name) ?? [];
      return date === undefined ? [] : [{ date: withColon(date), number: Number(number) }];
    })
    .sort((a, b) => (a.date === b.date ? a.number - b.number : a.date < b.date ? -1 : 1));
}

/** The time in a file's name, as logs have it. */
function withColon(date: string): string {
  return date.replace(/T(\d{2})/, 'T$1:');
}

async function readLog(
  home: Home,
  bundleDigest: string,
  date: string,
  number: number,
  publicPem: string,
): Promise<StoredScores> {
  const file = home.scoreLog(bundleDigest, date, number);
  const content = await readStored(home, file);
  if (content === undefined) throw broken(`${file} is missing`);
  const stored = parseJson(file, content, scoreLogFileSchema);
  // The signature is of the content: no other spelling of it may stand in its place.
  if (!areSealedScores(stored, publicPem) || textOf(stored) !== content.toString('utf8'))
    throw broken(`${file} is not what this home's key signed: it was changed, or is another home's`);
  const { log } = stored;
  if (log.date !== date || log.number !== number || log.bundleDigest !== bundleDigest)
    throw broken(`${file} contains log ${log.number} of ${log.date}, bundle ${log.bundleDigest}`);
  return { file, log, sha256: sha256(content) };
}

/** The one text of a log: indented, with sorted keys. */
function textOf(file: ScoreLogFile): string {
  const sorted: unknown = JSON.parse(canonicalJson(file));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

function broken(what: string): GurukulError {
  return new GurukulError(
    'ChecksumMismatch',
    `the log of scores is broken: ${what}. Restore scores/ and keys/ from one backup, or move the folder away`,
  );
}
