import { InvalidInputError } from '../errors.js';
import type { Home } from '../store/home.js';
import { maskSecrets } from './secrets.js';
import { registerStoredSecrets } from './stored-secrets.js';

/** Forms of keys and tokens that services give out, and of private keys. */
const KEY_FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|sk[-_])[A-Za-z0-9_-]{16,}/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
];
/** No word of a sentence is as long; digests have no capital letters. */
const LONG_WORD = /[A-Za-z0-9+/_=-]{32,}/g;

const MIN_PART = 20;

/** Whether a text has a secret that this process knows, or something that looks like a key. */
function hasSecret(text: string): boolean {
  if (maskSecrets(text) !== text || KEY_FORMS.some((form) => form.test(text))) return true;
  return [...text.matchAll(LONG_WORD)].some(([word]) => isRandom(word));
}

/** Capital and small letters and digits without the breaks that a path or a list of words has. */
function isRandom(word: string): boolean {
  const longest = Math.max(...word.split(/[/_-]/).map((part) => part.length));
  return longest >= MIN_PART && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}

/**
 * Checks texts that a person types and that are kept for good: in histories, decisions and reports.
 *
 * @param home The home whose stored secrets must not be in them.
 * @param texts By the name that the message shows; the text itself is not repeated.
 * @returns Problems for a person; empty when there are none.
 */
export function secretProblems(home: Home, texts: Readonly<Record<string, string | undefined>>): string[] {
  registerStoredSecrets(home);
  return Object.entries(texts)
    .filter(([, text]) => text !== undefined && hasSecret(text))
    .map(([name]) => `${name}: this looks like a secret, and it would be kept and shown; leave it out`);
}

/** @throws InvalidInputError when a text has a secret. */
export function requireNoSecret(home: Home, texts: Readonly<Record<string, string | undefined>>): void {
  const problems = secretProblems(home, texts);
  if (problems.length > 0) throw new InvalidInputError(problems);
}
