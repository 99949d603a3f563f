import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { InvalidInputError } from '../../../data/errors.js';
import type { DashboardPlace } from './server.js';
import { Refused } from './problems.js';

/** Sent with every request that changes something: another site's page cannot set it. */
export const PAGE_TOKEN_HEADER = 'x-gurukul-page';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

/**
 * Refuses what does not come from the page itself: names that lead here by a changed DNS entry (`Host`), other sites
 * (`Origin`), and changes without the page's token.
 *
 * @throws InvalidInputError when it would listen beyond loopback without a token.
 */
export function guardAccess(app: FastifyInstance, place: DashboardPlace): { readonly pageToken: string } {
  const { host, token, readOnly } = place;
  if (!LOOPBACK.has(host) && token === undefined)
    throw new InvalidInputError([
      `--host ${host} is beyond this machine: set GURUKUL_DASHBOARD_TOKEN, which visitors then have to know`,
    ]);
  const pageToken = randomBytes(24).toString('base64url');
  app.addHook('onRequest', (request, _, done) => {
    if (token === undefined && !LOOPBACK.has(hostName(request)))
      throw new Refused(403, `${request.host} is not a name of this machine`);
    if (request.method === 'GET' || request.method === 'HEAD') { done(); return; }
    if (readOnly) throw new Refused(403, 'this dashboard is read-only');
    const { origin } = request.headers;
    if (origin !== undefined && new URL(origin).host !== request.host)
      throw new Refused(403, `a page of ${origin} may change nothing here`);
    if (!same(headerOf(request, PAGE_TOKEN_HEADER), pageToken))
      throw new Refused(403, 'the page is older than the server: load it again');
    done();
  });
  return { pageToken };
}

function hostName({ host }: FastifyRequest): string {
  return host.replace(/:\d+$/, '');
}

function headerOf({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
