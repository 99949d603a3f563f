import { readFileSync, statSync } from 'node:fs';

import { z } from 'zod';

import { InvalidInputError, errorMessage, systemErrorCode } from '../../errors.js';
import { keepSecret } from '../../secrets.js';
import { shellWord } from '../../shell-word.js';

/** What ICICI Direct knows its user by. Never to be logged, printed or stored anywhere else. */
export interface BreezeCredentials {
  readonly apiKey: string;
  /** The API_Session of the last login in the browser: good until midnight, or for 24 hours. */
  readonly apiSession: string;
  /** Where they came from, for messages. */
  readonly from: string;
}

const KEY = 'BREEZE_API_KEY';
const SESSION = 'BREEZE_API_SESSION';
const fileSchema = z.object({
  apiKey: z.string().trim().min(1),
  apiSession: z.union([z.string().trim().min(1), z.number().int().transform(String)]),
});

/**
 * The credentials of the environment (BREEZE_API_KEY and BREEZE_API_SESSION), or of a file that nobody but
 * its owner may read: `{"apiKey": "…", "apiSession": "…"}`. The file is read anew each time, so a new session
 * takes effect while a run waits for it.
 *
 * @throws InvalidInputError with what is wrong and how to mend it, and nothing of the credentials.
 */
export function readBreezeCredentials(env: NodeJS.ProcessEnv, file: string): BreezeCredentials {
  const [apiKey, apiSession] = [env[KEY]?.trim() ?? '', env[SESSION]?.trim() ?? ''];
  if (apiKey !== '' && apiSession !== '') return kept({ apiKey, apiSession, from: `${KEY} and ${SESSION}` });
  if (apiKey !== '' || apiSession !== '') {
    const [there, missing] = apiKey === '' ? [SESSION, KEY] : [KEY, SESSION];
    throw new InvalidInputError([`source: breeze needs ${missing} beside ${there}; ${remedy(file)}`]);
  }
  return kept({ ...readFile(file), from: file });
}

/** What a provider's answer may quote is masked wherever it would leave the process. */
function kept(credentials: BreezeCredentials): BreezeCredentials {
  keepSecret(credentials.apiKey);
  keepSecret(credentials.apiSession);
  return credentials;
}

function readFile(file: string): Pick<BreezeCredentials, 'apiKey' | 'apiSession'> {
  let text: string;
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0)
      throw new InvalidInputError([
        `source: ${file} holds secrets, and others may read it (mode ${mode.toString(8)}): chmod 600 ${shellWord(file)}`,
      ]);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    if (systemErrorCode(error) === 'ENOENT')
      throw new InvalidInputError([`source: breeze needs credentials; ${remedy(file)}`]);
    throw new InvalidInputError([`source: cannot read ${file}: ${errorMessage(error)}`]);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's own message would quote the file.
    throw new InvalidInputError([`source: ${file} is not JSON; ${remedy(file)}`]);
  }
  const parsed = fileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const wrong = [...new Set(parsed.error.issues.map(({ path }) => path.map(String).join('.') || 'content'))];
  throw new InvalidInputError([`source: ${file}: ${wrong.join(' and ')} missing or empty; ${remedy(file)}`]);
}

function remedy(file: string): string {
  return (
    `log in at https://api.icicidirect.com/apiuser/login?api_key=YOUR_KEY and set ${KEY} and ${SESSION}, ` +
    `or write {"apiKey": "…", "apiSession": "…"} to ${file}, then: chmod 600 ${shellWord(file)}`
  );
}
