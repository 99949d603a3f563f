import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect } from 'chai';
import { z } from 'zod';

import { httpCall } from '../../../data/sources/http-call.js';
import type { LocalServer } from '../../fakes/http-server.js';
import { sendBadly, serveLocally } from '../../fakes/http-server.js';

const TIMEOUT_MS = 2_000;
const BODY = 'x'.repeat(10_000);

describe('a call to a provider', () => {
  let server: LocalServer;
  before(async () => {
    server = await serveLocally(({ url }, _, response) => {
      if (url === '/drip') sendBadly(response, 'slow drip', BODY);
      else response.end(BODY);
    });
  });
  after(() => server.stop());

  const call = (path: string, signal = new AbortController().signal) =>
    httpCall(new URL(path, server.url), { timeoutMs: TIMEOUT_MS, signal });

  it('returns status and body of the response', async () => {
    expect(await call('/')).to.deep.equal({ status: 200, body: Buffer.from(BODY) });
  });

  it('times out although bytes keep coming and garbage is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = z.function().parse(runInNewContext('gc'));
    const collecting = setInterval(() => collect(), 20);
    try {
      expect(await call('/drip')).to.deep.equal({
        status: 200,
        problem: `no complete response within ${TIMEOUT_MS} ms`,
      });
    } finally {
      clearInterval(collecting);
      setFlagsFromString('--no-expose-gc');
    }
  });

  it('ends when it is cancelled', async () => {
    const control = new AbortController();
    const answer = call('/drip', control.signal);
    setTimeout(() => control.abort(), 50);
    expect(await answer).to.deep.include({ problem: 'the call was cancelled' });
  });
});
