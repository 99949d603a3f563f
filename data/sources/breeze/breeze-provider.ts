import { z } from 'zod';

import { InvalidInputError } from '../../errors.js';
import { registerSecret, maskSecrets } from '../../secrets/secrets.js';
import { sha256 } from '../../store/digests.js';
import type { HttpResponse } from '../http-call.js';
import { httpCall } from '../http-call.js';
import type { BarProvider, BarRequest, CallBudget, ProviderReply } from '../provider.js';
import type { ProviderSettings } from '../provider-settings.js';
import { BREEZE_MAX_CANDLES, parseBreezeResponse, parseBreezeEnvelope } from './breeze-response.js';
import { breezeCodeOf } from './breeze-code.js';
import type { BreezeCredentials } from './breeze-credentials.js';
import { readBreezeCredentials } from './breeze-credentials.js';

/** Number of 5-minute candles in a session; special sessions have fewer. */
const CANDLES_PER_SESSION = 75;
const MESSAGE_LENGTH = 200;

const loginSchema = z.object({ Success: z.object({ session_token: z.string().min(1) }) });

/** A login that the provider accepted or refused. */
interface Session {
  /** Digest of its credentials. */
  readonly of: string;
  /** Undefined after a refusal, so that the same credentials are not tried again. */
  readonly token?: string;
  readonly apiKey: string;
}

/**
 * ICICI Direct's Breeze: daily and 5-minute bars, as traded. The provider keeps its login: open one per process and
 * keep it.
 */
export function openBreeze({ breeze, callTimeoutMs, env, onResponse }: ProviderSettings): BarProvider {
  let session: Session | undefined;
  const known = (of: string): Session | undefined => (session?.of === of ? session : undefined);

  const readCredentials = (): BreezeCredentials | InvalidInputError => {
    try {
      return readBreezeCredentials(env, breeze.credentials);
    } catch (error) {
      if (error instanceof InvalidInputError) return error;
      throw error;
    }
  };
  const call = async (
    url: URL,
    options: {
      readonly body?: string;
      readonly headers?: Record<string, string>;
      readonly signal: AbortSignal;
    },
  ): Promise<HttpResponse> => {
    const answer = await httpCall(url, { ...options, timeoutMs: callTimeoutMs });
    onResponse?.(answer);
    return 'body' in answer ? answer : { ...answer, problem: maskSecrets(answer.problem) };
  };

  return {
    name: 'breeze',
    limits: breeze.limits,
    // One candle less than the maximum, since a full response may be truncated.
    rule: {
      sessions: {
        '1day': BREEZE_MAX_CANDLES - 1,
        '5minute': Math.floor((BREEZE_MAX_CANDLES - 1) / CANDLES_PER_SESSION),
      },
      whole: false,
    },

    codeOf: breezeCodeOf,

    async login({ spend, signal }: CallBudget): Promise<ProviderReply | undefined> {
      const credentials = readCredentials();
      if (credentials instanceof InvalidInputError) {
        // After an earlier login: the user may be writing the new session to the file at this moment.
        if (session !== undefined) return refused(credentials.message);
        throw credentials;
      }
      const { apiKey } = credentials;
      const of = sha256(`${credentials.apiKey}\n${credentials.apiSession}`);
      const before = known(of);
      if (before !== undefined) return before.token === undefined ? refused(ended(credentials)) : undefined;
      if (!spend()) return refused('no call is left for the login', 'limited');
      const answer = await call(new URL('breezeapi/api/v1/customerdetails', breeze.loginUrl), {
        signal,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ SessionToken: credentials.apiSession, AppKey: credentials.apiKey }),
      });
      if (!('body' in answer)) return refused(answer.problem, 'down', answer.status);
      const text = answer.body.toString('utf8');
      const token = sessionToken(text);
      if (token !== undefined && answer.status < 400) {
        session = { of, token, apiKey };
        registerSecret(token);
        return undefined;
      }
      const refusal = parseBreezeEnvelope(answer.status, text);
      const outcome = 'outcome' in refusal ? refusal.outcome : 'bad';
      if (outcome === 'session') session = { of, apiKey };
      const reply = replyOf(answer, {
        outcome,
        rows: 0,
        bars: null,
        message: outcome === 'session' ? ended(credentials) : 'the login returned no session token',
      });
      return 'limit' in refusal ? { ...reply, limit: refusal.limit } : reply;
    },

    async fetch(request: BarRequest, signal: AbortSignal): Promise<ProviderReply> {
      const { token = '', apiKey = '' } = session ?? {};
      const answer = await call(chartUrl(breeze.url, request), {
        signal,
        headers: { 'X-SessionToken': token, apikey: apiKey },
      });
      if (!('body' in answer)) return refused(answer.problem, 'down', answer.status);
      const read = parseBreezeResponse(answer.status, answer.body.toString('utf8'), request);
      // The token has expired. A newer API_Session may be available, or the user has to log in again.
      if (read.outcome === 'session' && session?.token === token) session = { of: session.of, apiKey };
      return replyOf(answer, { ...read, message: maskSecrets(read.message ?? '') });
    },
  };
}

/** `range.to` is exclusive; the provider's end date is inclusive. */
function chartUrl(base: string, { code, interval, range }: BarRequest): URL {
  const url = new URL('api/v2/historicalcharts', base);
  url.search = new URLSearchParams({
    interval,
    from_date: `${range.from}T00:00:00.000Z`,
    to_date: new Date(Date.parse(`${range.to}T00:00:00.000Z`) - 1000).toISOString(),
    stock_code: code,
    exch_code: 'NSE',
    product_type: 'cash',
  }).toString();
  return url;
}

function sessionToken(body: string): string | undefined {
  try {
    return loginSchema.parse(JSON.parse(body)).Success.session_token;
  } catch {
    return undefined;
  }
}

function ended({ from }: BreezeCredentials): string {
  return `Breeze's session in ${from} has ended. Log in at https://api.icicidirect.com/apiuser/login?api_key=YOUR_KEY and put the new API_Session there`;
}

function refused(
  message: string,
  outcome: ProviderReply['outcome'] = 'session',
  status: number | null = null,
): ProviderReply {
  return {
    outcome,
    status,
    sha256: null,
    bytes: 0,
    rows: 0,
    message: message.slice(0, MESSAGE_LENGTH),
    bars: null,
  };
}

function replyOf(
  answer: { readonly status: number; readonly body: Buffer },
  read: Pick<ProviderReply, 'outcome' | 'rows' | 'bars' | 'message' | 'limit' | 'doubtful'>,
): ProviderReply {
  return {
    ...read,
    status: answer.status,
    sha256: sha256(answer.body),
    bytes: answer.body.byteLength,
    message: read.message === null || read.message === '' ? null : read.message.slice(0, MESSAGE_LENGTH),
  };
}
