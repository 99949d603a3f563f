import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError } from '../errors.js';
import type { Home } from '../store/home.js';
import type { HttpResponse } from './http-call.js';
import type { QuotaLimits } from './quota-limits.js';
import { callsPerMinuteAndDay } from './quota-limits.js';

/** How this process calls the providers. */
export interface ProviderSettings {
  readonly breeze: {
    /** Base URL for bars. */
    readonly url: string;
    /** Base URL for the login. */
    readonly loginUrl: string;
    /** Path of the file with the credentials, used if the environment has none. */
    readonly credentials: string;
    readonly limits: QuotaLimits;
  };
  readonly yahoo: { readonly url: string; readonly limits: QuotaLimits };
  /** Timeout of a call. */
  readonly callTimeoutMs: number;
  /** The environment, which may contain credentials. */
  readonly env: NodeJS.ProcessEnv;
  /** Called with every response as it came. */
  readonly onResponse?: (response: HttpResponse) => void;
}

const url = z.url({ protocol: /^https?$/, error: 'must be a URL such as https://example.org' });
const calls = (fallback: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a whole number of calls')
    .transform(Number)
    .default(fallback);

const environmentSchema = z.object({
  GURUKUL_BREEZE_URL: url.default('https://breezeapi.icicidirect.com'),
  GURUKUL_BREEZE_LOGIN_URL: url.default('https://api.icicidirect.com'),
  GURUKUL_BREEZE_CREDENTIALS: z.string().optional(),
  GURUKUL_BREEZE_CALLS_PER_MINUTE: calls(100),
  GURUKUL_BREEZE_CALLS_PER_DAY: calls(5_000),
  GURUKUL_YAHOO_URL: url.default('https://query2.finance.yahoo.com'),
  GURUKUL_YAHOO_CALLS_PER_MINUTE: calls(30),
  GURUKUL_YAHOO_CALLS_PER_DAY: calls(2_000),
});

const CALL_TIMEOUT_MS = 30_000;
/** Calls per minute and day that runs do not use, so that the command line can check whether a login is valid. */
const FOR_LOGINS = { minute: 2, day: 10 };

/**
 * Reads the settings from the environment; the documentation lists the variables.
 *
 * @throws InvalidInputError naming every invalid variable.
 */
export function providerSettings(home: Home, env: NodeJS.ProcessEnv = process.env): ProviderSettings {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success)
    throw new InvalidInputError(
      parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`),
    );
  const values = parsed.data;
  const credentials = values.GURUKUL_BREEZE_CREDENTIALS;
  return {
    breeze: {
      url: values.GURUKUL_BREEZE_URL,
      loginUrl: values.GURUKUL_BREEZE_LOGIN_URL,
      credentials: credentials === undefined ? home.breezeCredentials() : path.resolve(credentials),
      limits: callsPerMinuteAndDay(
        Math.max(1, values.GURUKUL_BREEZE_CALLS_PER_MINUTE - FOR_LOGINS.minute),
        Math.max(1, values.GURUKUL_BREEZE_CALLS_PER_DAY - FOR_LOGINS.day),
      ),
    },
    yahoo: {
      url: values.GURUKUL_YAHOO_URL,
      limits: callsPerMinuteAndDay(values.GURUKUL_YAHOO_CALLS_PER_MINUTE, values.GURUKUL_YAHOO_CALLS_PER_DAY),
    },
    callTimeoutMs: CALL_TIMEOUT_MS,
    env,
  };
}
