import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';

import { z } from 'zod';

import { InvalidInputError, errorMessage } from '../data/errors.js';
import { parseInput } from '../data/schemas/parse-input.js';
import { registerSecret } from '../data/secrets/secrets.js';
import { readPrivateFile } from '../data/store/private-file.js';

/** The keys that payloads are encrypted with. */
export interface PayloadKeys {
  /** Id of the key that encrypts: the last that is given. */
  readonly newest: string;
  /** Every key that decrypts, by id. */
  readonly byId: ReadonlyMap<string, KeyObject>;
}

const INLINE = 'GURUKUL_ENCRYPTION_KEYS';
const FILE = 'GURUKUL_ENCRYPTION_KEYS_FILE';
const KEY_BYTES = 32;
const MAKE_ONE = 'make one with: openssl rand -base64 32';

const settingsSchema = z.object({ [INLINE]: z.string().optional(), [FILE]: z.string().optional() });

const keySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'must be 1 to 40 letters, digits, dots or dashes'),
  key: z
    .base64({ error: `must be base64; ${MAKE_ONE}` })
    .transform((text) => Buffer.from(text, 'base64'))
    .superRefine((bytes, context) => {
      if (bytes.byteLength === KEY_BYTES) return;
      const found = `has ${bytes.byteLength} bytes, and AES-256 needs ${KEY_BYTES}`;
      context.addIssue({ code: 'custom', message: `${found}; ${MAKE_ONE}` });
    }),
});

/**
 * The keys of the settings, or undefined where payloads are not to be encrypted. They are `ID:BASE64` in
 * GURUKUL_ENCRYPTION_KEYS, with commas between them, or a line each in the file that
 * GURUKUL_ENCRYPTION_KEYS_FILE names, where `#` starts a comment. The last one encrypts, all decrypt.
 *
 * @throws InvalidInputError naming everything that is wrong, and nothing of any key.
 */
export function payloadKeys(env: NodeJS.ProcessEnv = process.env): PayloadKeys | undefined {
  const settings = parseInput(settingsSchema, env);
  const inline = given(settings[INLINE]);
  const file = given(settings[FILE]);
  if (inline !== undefined && file !== undefined)
    throw new InvalidInputError([`${INLINE} and ${FILE} are both set: give the keys in one of them`]);
  if (inline !== undefined) return parseKeys(INLINE, inline.split(/[\n,]/));
  if (file !== undefined) return parseKeys(file, readLines(file));
  return undefined;
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function readLines(file: string): string[] {
  try {
    return readPrivateFile(file)
      .toString('utf8')
      .split('\n')
      .map((line) => line.replace(/#.*/, ''));
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError([`${FILE}: cannot read the keys: ${errorMessage(error)}`]);
  }
}

function parseKeys(where: string, entries: readonly string[]): PayloadKeys {
  const problems: string[] = [];
  const byId = new Map<string, KeyObject>();
  let newest = '';
  for (const [index, entry] of entries.map((text) => text.trim()).entries()) {
    if (entry === '') continue;
    const colon = entry.indexOf(':');
    if (colon < 0) {
      problems.push(`${where}: key ${index + 1} is not written as ID:BASE64`);
      continue;
    }
    const [id, text] = [entry.slice(0, colon).trim(), entry.slice(colon + 1).trim()];
    registerSecret(text);
    const parsed = keySchema.safeParse({ id, key: text });
    if (!parsed.success) {
      // Who swaps id and key must not read the key in the message.
      const idIsWrong = parsed.error.issues.some(({ path }) => path[0] === 'id');
      const name = idIsWrong ? `key ${index + 1}` : `key "${id}"`;
      for (const { path, message } of parsed.error.issues)
        problems.push(`${where}: ${path[0] === 'id' ? `the id of ${name}` : name} ${message}`);
    } else if (byId.has(id)) problems.push(`${where}: key "${id}" stands there twice`);
    else {
      byId.set(id, createSecretKey(parsed.data.key));
      newest = id;
    }
  }
  if (problems.length === 0 && byId.size === 0)
    problems.push(`${where}: names no key; expected ID:BASE64, ${MAKE_ONE}`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { newest, byId };
}
