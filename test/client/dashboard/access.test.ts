import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import type { DashboardRig } from './support/dashboard.js';
import { dashboardRig } from './support/dashboard.js';

const TOKEN = 'a token of some length';
const homeSchema = z.looseObject({ pageToken: z.string(), readOnly: z.boolean() });

async function pageTokenOf(app: FastifyInstance): Promise<string> {
  const { payload } = await app.inject({ url: '/api/home', headers: { host: '127.0.0.1:8234' } });
  return homeSchema.parse(JSON.parse(payload)).pageToken;
}

describe('access to the dashboard', () => {
  const rigs: DashboardRig[] = [];
  const open = async (...args: Parameters<typeof dashboardRig>): Promise<DashboardRig> => {
    const rig = await dashboardRig(...args);
    rigs.push(rig);
    return rig;
  };
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map(async (rig) => rig.close()));
  });

  it('changes something for its own page', async () => {
    const { app, asked } = await open();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/runs/nightly/pause',
      headers: {
        host: '127.0.0.1:8234',
        origin: 'http://127.0.0.1:8234',
        'x-gurukul-page': await pageTokenOf(app),
      },
      payload: { reason: 'looks odd' },
    });
    expect(answer.statusCode, answer.payload).to.equal(200);
    expect(asked).to.deep.equal([{ name: 'pause', args: ['nightly', { reason: 'looks odd' }] }]);
  });

  const refused: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
    ['another site', { origin: 'https://elsewhere.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999' }],
    ['a form, which cannot set the token', { 'x-gurukul-page': '' }],
    ['a guessed token', { 'x-gurukul-page': 'x'.repeat(32) }],
    ['a name that leads here', { host: 'rebound.example:8234', origin: 'http://rebound.example:8234' }],
  ];
  for (const [what, headers] of refused)
    it(`changes nothing for ${what}`, async () => {
      const { app, asked } = await open();
      const { statusCode, payload } = await app.inject({
        method: 'POST',
        url: '/api/runs/nightly/cancel',
        headers: { host: '127.0.0.1:8234', 'x-gurukul-page': await pageTokenOf(app), ...headers },
        payload: {},
      });
      expect(statusCode, payload).to.equal(403);
      expect(asked).to.deep.equal([]);
    });

  it('says nothing to a name that leads here', async () => {
    const { app } = await open();
    for (const url of ['/', '/api/home', '/api/runs'])
      expect((await app.inject({ url, headers: { host: 'rebound.example' } })).statusCode).to.equal(403);
  });

  it('changes nothing where it is read-only, and says so', async () => {
    const { app, asked } = await open({ readOnly: true });
    const headers = { host: 'localhost', 'x-gurukul-page': await pageTokenOf(app) };
    const { statusCode, payload } = await app.inject({
      method: 'POST',
      url: '/api/champion/rollback',
      headers,
      payload: { by: 'me', reason: 'worse' },
    });
    expect(statusCode).to.equal(403);
    expect(payload).to.include('read-only');
    expect(asked).to.deep.equal([]);
  });

  it('listens beyond this machine only with a token', async () => {
    const failure = await dashboardRig({ host: '0.0.0.0' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(InvalidInputError);
    expect(String(failure)).to.include('GURUKUL_DASHBOARD_TOKEN');
  });

  it('asks visitors from elsewhere for the token, and knows them by a cookie', async () => {
    const { app } = await open({ host: '0.0.0.0', token: TOKEN });
    const headers = { host: 'gurukul.example', 'x-forwarded-proto': 'https' };
    expect((await app.inject({ url: '/api/runs', headers })).statusCode).to.equal(401);
    expect((await app.inject({ url: '/', headers })).statusCode, 'the page asks').to.equal(200);
    const login = await app.inject({ method: 'POST', url: '/api/login', headers, payload: { token: TOKEN } });
    expect(login.statusCode).to.equal(200);
    const [cookie] = login.cookies;
    expect(cookie).to.include({ httpOnly: true, sameSite: 'Strict', secure: true });
    expect(cookie?.value).not.to.include(TOKEN);
    const cookies = { [cookie?.name ?? '']: cookie?.value ?? '' };
    expect((await app.inject({ url: '/api/runs', headers, cookies })).statusCode).to.equal(200);
    const bearer = { ...headers, authorization: `Bearer ${TOKEN}` };
    expect((await app.inject({ url: '/api/runs', headers: bearer })).statusCode).to.equal(200);
    const wrong = { ...headers, authorization: `Bearer ${TOKEN}x` };
    expect((await app.inject({ url: '/api/runs', headers: wrong })).statusCode).to.equal(401);
  });

  it('stops listening to guesses after ten', async () => {
    const { app } = await open({ host: '0.0.0.0', token: TOKEN });
    const guess = async (token: string): Promise<number> => {
      const headers = { host: 'gurukul.example' };
      return (await app.inject({ method: 'POST', url: '/api/login', headers, payload: { token } }))
        .statusCode;
    };
    const answers: number[] = [];
    for (let round = 0; round < 11; round += 1) answers.push(await guess(`wrong ${round}`));
    expect(answers).to.deep.equal([...Array<number>(10).fill(401), 429]);
    expect(await guess(TOKEN), 'the right one, too').to.equal(429);
  });

  it('lets nothing but its own scripts and styles run', async () => {
    const { app } = await open();
    const { headers } = await app.inject({ url: '/', headers: { host: 'localhost' } });
    const policy = String(headers['content-security-policy']);
    expect(policy).to.include("default-src 'none'").and.to.include("script-src 'self';");
    expect(policy).not.to.match(/unsafe|\*|https?:/);
    expect(headers['x-content-type-options']).to.equal('nosniff');
  });

  it('names every wrong field of a request', async () => {
    const { app, asked } = await open();
    const headers = { host: 'localhost', 'x-gurukul-page': await pageTokenOf(app) };
    const { statusCode, payload } = await app.inject({
      method: 'POST',
      url: '/api/runs/nightly/approve',
      headers,
      payload: { by: 3, override: 'yes', else: 1 },
    });
    expect(statusCode).to.equal(400);
    expect(payload).to.include('by').and.to.include('override').and.to.include('else');
    expect(asked).to.deep.equal([]);
  });

  it('refuses run ids that are paths', async () => {
    const { app } = await open();
    const { statusCode } = await app.inject({
      url: `/api/runs/${encodeURIComponent('../../etc')}`,
      headers: { host: 'localhost' },
    });
    expect(statusCode).to.equal(400);
  });
});
