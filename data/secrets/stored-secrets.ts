import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { registerSecret } from './secrets.js';
import type { Home } from '../store/home.js';

/** Other values of the file, such as a name, are no secrets. */
const value = z.union([z.string(), z.number()]).optional();
const loginSchema = z.object({ apiKey: value, apiSession: value });
/** The lines around a key in PEM say nothing secret. */
const PEM_FRAME = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

/**
 * Registers the secrets that are kept in files: the home's signing keys, the login at a provider and the keys that
 * encrypt payloads. Whoever types one of them is told, and it is masked in output. The files are read each time,
 * since a login changes daily; one that is missing or cannot be read has nothing to tell.
 */
export function registerStoredSecrets(home: Home, env: NodeJS.ProcessEnv = process.env): void {
  const files = [
    home.signingKey(),
    home.modelKey(),
    home.breezeCredentials(),
    env['GURUKUL_BREEZE_CREDENTIALS'],
    env['GURUKUL_ENCRYPTION_KEYS_FILE'],
  ];
  for (const file of files)
    if (file !== undefined && file !== '') for (const secret of secretsIn(read(file))) registerSecret(secret);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Login and key in a provider's file; of any other the lines, of which those of encryption keys are `ID:KEY`. */
function secretsIn(text: string): string[] {
  const login = loginSchema.safeParse(jsonOf(text));
  if (login.success) return Object.values(login.data).map(String);
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '' && !PEM_FRAME.test(line))
    .map((line) => line.replace(/^[^:]*:/, '').trim());
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
