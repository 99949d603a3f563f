import { z } from 'zod';

import { InvalidInputError, errorMessage, systemErrorCode } from '../../errors.js';
import { registerSecret } from '../../secrets/secrets.js';
import { shellWord } from '../../text/shell-word.js';
import { readPrivateFile } from '../../store/private-file.js';

/** The user's credentials at ICICI Direct. Never log, print or store them anywhere else. */
export interface BreezeCredentials {
  readonly apiKey: string;
  /** The API_Session of the last login in the browser; valid until midnight, or for 24 hours. */
  readonly apiSession: string;
  /** Where they were read from, for messages. */
  readonly from: string;
}

const KEY = 'BREEZE_API_KEY';
const SESSION = 'BREEZE_API_SESSION';
const fileSchema = z.object({
  apiKey: z.string().trim().min(1),
  apiSession: z.union([z.string().trim().min(1), z.number().int().transform(String)]),
});

/**
 * Reads the credentials from the environment (BREEZE_API_KEY and BREEZE_API_SESSION), or from a file that only its
 * owner may read: `{"apiKey": "…", "apiSession": "…"}`. The file is read each time, so that a new session takes
 * effect while a run waits for it.
 *
 * @throws InvalidInputError saying what is wrong and how to fix it, without quoting the credentials.
 */
export function readBreezeCredentials(env: NodeJS.ProcessEnv, file: string): BreezeCredentials {
  const [apiKey, apiSession] = [env[KEY]?.trim() ?? '', env[SESSION]?.trim() ?? ''];
  if (apiKey !== '' && apiSession !== '')
    return masked({ apiKey, apiSession, from: `${KEY} and ${SESSION}` });
  if (apiKey !== '' || apiSession !== '') {
    const [there, missing] = apiKey === '' ? [SESSION, KEY] : [KEY, SESSION];
    throw new InvalidInputError([
      `source: ${there} is set, but ${missing}, which breeze needs too, is not. ${remedy(file)}`,
    ]);
  }
  return masked({ ...readFile(file), from: file });
}

/** Registers the credentials as secrets: a response may quote them, and they must be masked in all output. */
function masked(credentials: BreezeCredentials): BreezeCredentials {
  registerSecret(credentials.apiKey);
  registerSecret(credentials.apiSession);
  return credentials;
}

function readFile(file: string): Pick<BreezeCredentials, 'apiKey' | 'apiSession'> {
  let text: string;
  try {
    text = readPrivateFile(file).toString('utf8');
  } catch (error) {
    if (error instanceof InvalidInputError)
      throw new InvalidInputError(error.problems.map((problem) => `source: ${problem}`));
    if (systemErrorCode(error) === 'ENOENT')
      throw new InvalidInputError([`source: breeze needs credentials. ${remedy(file)}`]);
    throw new InvalidInputError([`source: cannot read ${file}: ${errorMessage(error)}`]);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The error of JSON.parse would quote the file.
    throw new InvalidInputError([`source: ${file} is not JSON. ${remedy(file)}`]);
  }
  const parsed = fileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const wrong = [...new Set(parsed.error.issues.map(({ path }) => path.map(String).join('.') || 'content'))];
  throw new InvalidInputError([`source: ${file}: ${wrong.join(' and ')} missing or empty. ${remedy(file)}`]);
}

function remedy(file: string): string {
  return (
    `Log in at https://api.icicidirect.com/apiuser/login?api_key=YOUR_KEY. Then set ${KEY} and ${SESSION}, ` +
    `or write {"apiKey": "…", "apiSession": "…"} to ${file} and run: chmod 600 ${shellWord(file)}`
  );
}
