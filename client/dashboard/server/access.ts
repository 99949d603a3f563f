import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { parseInput } from '../../../data/schemas/parse-input.js';
import { AttemptLimit } from './attempt-limit.js';
import { Refused } from './problems.js';

/** Where the dashboard listens, and whom it serves. */
export interface DashboardPlace {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Changes nothing, whoever asks. */
  readonly readOnly: boolean;
  /** What a visitor must know; absent on loopback alone. */
  readonly token: string | undefined;
}

/** Sent with every request that changes something: another site's page cannot set it. */
const PAGE_TOKEN_HEADER = 'x-gurukul-page';
const COOKIE = 'gurukul_dashboard';
const LOGIN = '/api/login';
const METRICS = '/metrics';
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);
const loginSchema = z.strictObject({ token: z.string().max(1_000) });

/**
 * Refuses what does not come from the page itself: names that lead here by a changed DNS entry (`Host`), other sites
 * (`Origin`), changes without the page's token, and visitors who do not know the token, where there is one.
 *
 * @returns The token of pages: the same for every page of this process.
 * @throws InvalidInputError when it would listen beyond loopback without a token.
 */
export async function guardAccess(app: FastifyInstance, place: DashboardPlace): Promise<string> {
  const { host, token, readOnly } = place;
  if (!LOOPBACK.has(host) && token === undefined)
    throw new InvalidInputError([
      `--host ${host} can be reached from other machines: set GURUKUL_DASHBOARD_TOKEN, which visitors then have to know`,
    ]);
  await app.register(fastifyCookie);
  const pageToken = randomBytes(24).toString('base64url');
  app.addHook('onRequest', (request, _reply, done) => {
    done(
      refusal(request, token) ??
        (isReading(request) ? undefined : refusedChange(request, readOnly, pageToken)),
    );
  });
  if (token !== undefined) addLogin(app, token);
  return pageToken;
}

function isReading({ method, url }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || url === LOGIN;
}

/** Who may not even read. The page's own files say nothing of the home, and ask for the token. */
function refusal(request: FastifyRequest, token: string | undefined): Refused | undefined {
  if (token === undefined)
    return LOOPBACK.has(request.hostname)
      ? undefined
      : new Refused(403, `${request.hostname} is not a name of this machine`);
  if (!isGuarded(request.url)) return undefined;
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const known =
    (bearer !== undefined && same(bearer, token)) || same(request.cookies[COOKIE] ?? '', cookieOf(token));
  return known ? undefined : new Refused(401, 'this dashboard asks for its token');
}

function isGuarded(url: string): boolean {
  return (url.startsWith('/api/') && url !== LOGIN) || url.split('?')[0] === METRICS;
}

function refusedChange(
  { headers, host }: FastifyRequest,
  readOnly: boolean,
  pageToken: string,
): Refused | undefined {
  if (readOnly) return new Refused(403, 'this dashboard is read-only');
  const { origin } = headers;
  if (origin !== undefined && hostOf(origin) !== host)
    return new Refused(403, 'a page of another site may change nothing here');
  const given = headers[PAGE_TOKEN_HEADER];
  return typeof given === 'string' && same(given, pageToken)
    ? undefined
    : new Refused(403, 'the page is older than the server: load it again');
}

/** `POST /api/login`: a visitor who knows the token gets a cookie, which scripts cannot read. */
function addLogin(app: FastifyInstance, token: string): void {
  const limit = new AttemptLimit({ attempts: 10, everyMs: 60_000 });
  app.post(LOGIN, async ({ body, headers }, reply) => {
    const given = parseInput(loginSchema, body ?? {}, (name) => name).token;
    if (!limit.allows(Date.now())) throw new Refused(429, 'too many wrong tokens: wait a minute');
    if (!same(given, token)) {
      limit.failed(Date.now());
      throw new Refused(401, 'this is not the token');
    }
    await reply
      .setCookie(COOKIE, cookieOf(token), {
        ...{ path: '/', httpOnly: true, sameSite: 'strict' },
        secure: headers['x-forwarded-proto'] === 'https',
      })
      .send({});
  });
}

/** Derived from the token, so that visitors stay known when the server is started again. */
function cookieOf(token: string): string {
  return createHmac('sha256', token).update('gurukul dashboard visitor').digest('base64url');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
