import { randomBytes } from 'node:crypto';

import { expect } from 'chai';

import { InvalidInputError } from '../../data/errors.js';
import type { CodecServer } from '../../temporal-config/codec-server.js';
import { originsOf, startCodecServer } from '../../temporal-config/codec-server.js';
import type { PayloadKeys } from '../../temporal-config/payload-keys.js';
import { payloadKeys } from '../../temporal-config/payload-keys.js';
import { rejection } from '../support/rejection.js';

const UI = 'http://127.0.0.1:8233';

function someKeys(): PayloadKeys {
  const keys = payloadKeys({ GURUKUL_ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` });
  if (keys === undefined) throw new Error('no keys');
  return keys;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PAYLOADS = {
  payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64('"to be read by few"') }],
};

describe('the codec server', () => {
  let server: CodecServer;

  before(async () => {
    server = await startCodecServer({ keys: someKeys(), port: 0, origins: originsOf(UI) });
  });
  after(async () => server.close());

  const post = async (
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('encodes and decodes as the Web UI asks', async () => {
    const encoded = await post('/encode', PAYLOADS, { origin: UI });
    expect(encoded.status).to.equal(200);
    expect(encoded.headers.get('access-control-allow-origin')).to.equal(UI);
    const sealed: unknown = await encoded.json();
    expect(sealed).to.have.nested.property('payloads[0].metadata.encoding', base64('binary/encrypted'));
    expect(JSON.stringify(sealed)).to.not.include(PAYLOADS.payloads[0]?.data);
    expect(await (await post('/decode', sealed)).json()).to.deep.equal(PAYLOADS);
  });

  it('answers pages of the Web UI, and no others', async () => {
    const preflight = async (origin: string): Promise<Response> =>
      fetch(`${server.url}/decode`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-headers': 'content-type,x-namespace' },
      });
    const allowed = await preflight('http://localhost:8233');
    expect(allowed.status).to.equal(204);
    expect(allowed.headers.get('access-control-allow-headers')).to.match(/content-type.*x-namespace/);
    for (const origin of ['http://evil.example', 'http://127.0.0.1:8234', 'https://127.0.0.1:8233', 'null']) {
      const refused = await preflight(origin);
      expect(refused.status, origin).to.equal(403);
      expect(refused.headers.get('access-control-allow-origin')).to.equal(null);
      expect((await post('/decode', PAYLOADS, { origin })).status).to.equal(403);
    }
  });

  it('refuses other requests, with a message', async () => {
    const refusals: readonly (readonly [Promise<Response>, number])[] = [
      [post('/decode', 'no json'), 400],
      [post('/decode', { payloads: [{ metadata: { encoding: 'no base64!' } }] }), 400],
      [post('/decode', PAYLOADS, { 'content-type': 'text/plain' }), 415],
      [post('/else', PAYLOADS), 404],
      [fetch(`${server.url}/decode`), 405],
      [post('/decode', `{"payloads": [], "more": "${'x'.repeat(17 * 1024 * 1024)}"}`), 413],
    ];
    for (const [response, status] of refusals) {
      const answer = await response;
      expect(answer.status).to.equal(status);
      expect(await answer.json())
        .to.have.property('message')
        .that.is.a('string');
    }
  });

  it('names the key that is missing', async () => {
    const other = await startCodecServer({ keys: someKeys(), port: 0, origins: [] });
    const keys = payloadKeys({ GURUKUL_ENCRYPTION_KEYS: `two:${randomBytes(32).toString('base64')}` });
    const lacking = await startCodecServer({ keys: keys ?? someKeys(), port: 0, origins: [] });
    const sealed = await (
      await fetch(`${other.url}/encode`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(PAYLOADS),
      })
    ).text();
    const answer = await fetch(`${lacking.url}/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sealed,
    });
    expect(answer.status).to.equal(400);
    expect(await answer.text())
      .to.include('encrypted with key')
      .and.include('keys here are two');
    await Promise.all([other.close(), lacking.close()]);
  });

  it('listens on loopback, and reports a port that is in use', async () => {
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { message } = await rejection(
      startCodecServer({ keys: someKeys(), port: Number(new URL(server.url).port), origins: [] }),
      InvalidInputError,
    );
    expect(message).to.match(/port \d+ for the codec server is in use/);
  });
});
