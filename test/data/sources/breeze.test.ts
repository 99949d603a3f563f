import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { InvalidInputError } from '../../../data/errors.js';
import type { CallOutcome } from '../../../data/schemas/provider-log.js';
import { parseBreezeResponse } from '../../../data/sources/breeze/breeze-response.js';
import { readBreezeCredentials } from '../../../data/sources/breeze/breeze-credentials.js';
import { formatDifferences } from '../../../data/sources/breeze/breeze-format.js';
import { openBreeze } from '../../../data/sources/breeze/breeze-provider.js';
import type { BarProvider, BarRequest, CallBudget, ProviderReply } from '../../../data/sources/provider.js';
import { callsPerMinuteAndDay } from '../../../data/sources/quota-limits.js';
import { startOfDate } from '../../../data/time/dates.js';
import type { BreezeFault } from '../../fakes/breeze-server.js';
import { BREEZE_FAULTS } from '../../fakes/breeze-server.js';
import { documentedBreeze } from '../../fakes/fixtures/breeze-responses.js';
import { dailyBars } from '../../support/bars.js';
import type { BreezeRig } from '../../support/provider-rig.js';
import { intradayBars, startBreezeRig } from '../../support/provider-rig.js';

const signal = new AbortController().signal;
const FREE: CallBudget = { spend: () => true, signal };
/** TCS is TCS at ICICI Direct too; RELIANCE is RELIND. */
const TCS: BarRequest = {
  symbol: 'TCS',
  code: 'TCS',
  interval: '1day',
  range: { from: '2022-01-01', to: '2022-03-01' },
};
/** The outcome of each fault. */
const OUTCOME_OF: Readonly<Record<BreezeFault, CallOutcome>> = {
  reset: 'down',
  'reset in the middle': 'down',
  'half a body': 'down',
  'half a text': 'down',
  'slow drip': 'down',
  strings: 'bars',
  doubled: 'bars',
  disorder: 'bars',
  '500': 'down',
  '500 html': 'down',
  '502 html': 'down',
  '401 user': 'down',
  'wrong series': 'wrong_symbol',
};

describe('Breeze', function () {
  this.timeout(20_000);
  let rig: BreezeRig;
  let provider: BarProvider;
  const bars = dailyBars(60, { symbol: 'TCS' });
  beforeEach(async () => {
    rig = await startBreezeRig(
      new Map([
        ['TCS', bars],
        ['RELIANCE', intradayBars('RELIANCE', '2022-01-01', '2022-03-01')],
      ]),
    );
    provider = openBreeze({ ...rig.settings, callTimeoutMs: 1_000 });
  });
  afterEach(async () => rig.stop());

  const ask = async (change: Partial<BarRequest> = {}): Promise<ProviderReply> => {
    expect(await provider.login(FREE)).to.equal(undefined);
    return provider.fetch({ ...TCS, ...change }, signal);
  };

  it('returns the bars of the requested days, as traded', async () => {
    const reply = await ask({ range: { from: '2022-01-05', to: '2022-01-08' } });
    expect(reply).to.deep.include({ outcome: 'bars', status: 200, rows: 3, message: null });
    expect([...(reply.bars?.time ?? [])]).to.deep.equal([...bars.time.slice(2, 5)]);
    expect([...(reply.bars?.close ?? [])]).to.deep.equal([...bars.close.slice(2, 5)]);
    expect(reply.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(rig.fake.asked.at(-1)).to.deep.equal({
      code: 'TCS',
      from: '2022-01-05T00:00:00.000Z',
      to: '2022-01-07T23:59:59.000Z',
    });
  });

  it('returns no bars for an NSE symbol that is not one of its codes', async () => {
    expect(await ask({ symbol: 'RELIANCE', code: 'RELIANCE' })).to.deep.include({
      outcome: 'empty',
      rows: 0,
      bars: null,
    });
    const reply = await ask({
      symbol: 'RELIANCE',
      code: 'RELIND',
      interval: '5minute',
      range: { from: '2022-01-03', to: '2022-01-05' },
    });
    expect([reply.outcome, reply.bars?.time.length]).to.deep.equal(['bars', 150]);
  });

  it('treats a response with the maximum number of candles as truncated', async () => {
    const reply = await ask({ symbol: 'RELIANCE', code: 'RELIND', interval: '5minute' });
    expect(reply).to.include({ outcome: 'cut', rows: 1000, bars: null });
  });

  for (const fault of BREEZE_FAULTS)
    it(`recognises the fault "${fault}"`, async () => {
      expect(await provider.login(FREE)).to.equal(undefined);
      rig.fake.spoilNext(fault);
      const reply = await provider.fetch(TCS, signal);
      expect(reply.outcome, reply.message ?? '').to.equal(OUTCOME_OF[fault]);
      expect(reply.bars).to.deep.equal(OUTCOME_OF[fault] === 'bars' ? (await ask()).bars : null);
    });

  for (const [doubt, why] of [
    ['twice', 'two different bars of one time'],
    ['outside its range', "a price outside the bar's own range"],
    ['zero', 'a price of 0 or less'],
    ['text', 'a value that is no number'],
    ['negative volume', 'a negative volume (-1)'],
  ] as const)
    it(`keeps the rest of a response with a bar that is doubtful: ${doubt}`, async () => {
      const good = await ask();
      const date = '2022-01-05';
      rig.fake.doubts.set(date, doubt);
      const reply = await ask();
      expect(reply.outcome, reply.message ?? '').to.equal('bars');
      expect([...(reply.bars?.time ?? [])]).to.deep.equal(
        [...(good.bars?.time ?? [])].filter((time) => time !== startOfDate(date)),
      );
      expect(reply.doubtful?.map((one) => one.date)).to.deep.equal([date]);
      expect(reply.doubtful?.[0]?.why).to.contain(why);
    });

  it('uses nothing of a response that is doubtful in more than a tenth of its days', async () => {
    for (const day of ['03', '04', '05', '06', '07']) rig.fake.doubts.set(`2022-01-${day}`, 'text');
    const reply = await ask();
    expect([reply.outcome, reply.bars, reply.doubtful]).to.deep.equal(['bad', null, undefined]);
    expect(reply.message).to.contain('a value that is no number');
  });

  it('distinguishes both limits, however they are reported', async () => {
    const limits = { ...callsPerMinuteAndDay(2, 5) };
    await rig.stop();
    rig = await startBreezeRig(new Map([['TCS', bars]]), { limits });
    provider = openBreeze(rig.settings);
    const replies: unknown[] = [];
    for (let minute = 0; minute < 3; minute += 1) {
      for (let call = 0; call < 3; call += 1) {
        const reply = await (minute + call === 0 ? provider.login(FREE) : provider.fetch(TCS, signal));
        replies.push(reply === undefined ? 'in' : (reply.limit ?? reply.outcome));
      }
      rig.clock.now += 61_000;
    }
    // Reported with 200, with 401, and as an HTML page, which does not say which limit it is.
    expect(replies).to.deep.equal(['in', 'bars', 'span', 'bars', 'bars', 'day', 'down', 'day', 'day']);
    expect(rig.fake.counter.over).to.deep.equal({ span: 1, day: 4 });
  });

  it('logs in once per process, again after midnight, and asks the user for a new login if needed', async () => {
    await ask();
    await ask();
    expect(rig.fake.counter.times).to.have.length(3);
    rig.clock.now += 12 * 3_600_000;
    expect(await provider.fetch(TCS, signal)).to.deep.include({
      outcome: 'session',
      message: 'Session key is expired.',
    });
    const before = rig.fake.counter.times.length;
    const refusal = await provider.login(FREE);
    expect(refusal?.outcome).to.equal('session');
    expect(refusal?.message).to.match(/has ended\. Log in at https:\/\/api\.icicidirect\.com/);
    expect(rig.fake.counter.times.length, 'the old session is not tried again').to.equal(before);
    rig.login();
    expect((await ask()).outcome).to.equal('bars');
    const other = openBreeze(rig.settings);
    expect(await other.login({ ...FREE, spend: () => false })).to.include({ outcome: 'limited' });
  });

  it('waits for the new session while its file is being written', async () => {
    await rig.stop();
    rig = await startBreezeRig(new Map([['TCS', bars]]), { inFile: true });
    provider = openBreeze(rig.settings);
    expect((await ask()).outcome).to.equal('bars');
    rig.clock.now += 12 * 3_600_000;
    writeFileSync(rig.settings.breeze.credentials, '{"apiKey": "fake-a');
    expect((await provider.fetch(TCS, signal)).outcome, 'the login itself is still known').to.equal(
      'session',
    );
    expect(await provider.login(FREE)).to.deep.include({ outcome: 'session' });
    rig.login();
    expect((await ask()).outcome).to.equal('bars');
    // A process that was never logged in does not wait.
    writeFileSync(rig.settings.breeze.credentials, '{"apiKey": "fake-a');
    const refusal = await openBreeze(rig.settings)
      .login(FREE)
      .catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(InvalidInputError);
  });

  it('never reveals key, session or token', async () => {
    const secrets = ['fake-api-key', rig.settings.env['BREEZE_API_SESSION'] ?? ''];
    const replies = JSON.stringify([
      await ask(),
      await provider.fetch({ ...TCS, code: secrets[1] ?? '' }, signal),
    ]);
    await rig.fake.stop().catch(() => undefined);
    const down = JSON.stringify(await provider.fetch(TCS, signal));
    for (const secret of secrets) expect(`${replies}${down}`).to.not.contain(secret);
    expect(down).to.contain('"outcome":"down"');
    rig = await startBreezeRig(new Map());
  });

  it('parses the documented responses', () => {
    for (const { name, status, body, outcome, limit } of documentedBreeze) {
      const read = parseBreezeResponse(status, body, {
        ...TCS,
        range: { from: '2022-08-01', to: '2022-09-01' },
      });
      expect([read.outcome, read.limit], name).to.deep.equal([outcome, limit]);
    }
  });

  it('is imitated by a fake whose responses have the documented format', async () => {
    const shapeOf = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
      if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, item]) => [key, shapeOf(item)])
          .sort(),
      );
    };
    expect(await provider.login(FREE)).to.equal(undefined);
    const token = Buffer.from(`FAKEUSER:${rig.settings.env['BREEZE_API_SESSION'] ?? ''}`).toString('base64');
    const answer = await fetch(
      `${rig.fake.url}/api/v2/historicalcharts?interval=1day&from_date=2022-01-03T00:00:00.000Z&to_date=2022-01-04T00:00:00.000Z&stock_code=TCS&exch_code=NSE&product_type=cash`,
      { headers: { 'X-SessionToken': token, apikey: 'fake-api-key' } },
    );
    const text = await answer.text();
    expect(formatDifferences(text)).to.deep.equal([]);
    const documented = documentedBreeze.find(({ name }) => name === 'daily candles')?.body ?? '';
    expect(formatDifferences(documented)).to.deep.equal([]);
    expect(shapeOf(JSON.parse(text))).to.deep.equal(shapeOf(JSON.parse(documented)));
  });

  it('reports how a response differs from the documented format', () => {
    const [answer] = documentedBreeze;
    const odd = answer?.body.replace(/"close":[\d.]+/, '"close":null').replace('"count":0', '"vwap":3') ?? '';
    expect(formatDifferences(odd)).to.have.members([
      'close is null, not number or string',
      'new field vwap',
      'missing field count',
    ]);
    expect(formatDifferences('<html>')).to.deep.equal([
      'not JSON with a list Success, a Status and an Error',
    ]);
  });
});

describe('credentials of Breeze', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-keys-'));
    file = path.join(folder, 'breeze.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (text: string, mode = 0o600): void => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  const problem = (env: NodeJS.ProcessEnv = {}): string => {
    try {
      readBreezeCredentials(env, file);
    } catch (error) {
      if (error instanceof InvalidInputError) return error.message;
      throw error;
    }
    throw new Error('credentials were accepted');
  };

  it('come from the environment, or from a file that only its owner can read', () => {
    const env = { BREEZE_API_KEY: ' key1 ', BREEZE_API_SESSION: '123' };
    expect(readBreezeCredentials(env, file)).to.include({ apiKey: 'key1', apiSession: '123' });
    put('{"apiKey": "key2", "apiSession": 4137}');
    expect(readBreezeCredentials({}, file)).to.deep.equal({ apiKey: 'key2', apiSession: '4137', from: file });
  });

  it('are refused with one message that says how to fix it and does not quote them', () => {
    expect(problem()).to.match(/^source: breeze needs credentials\. Log in at https:.*run: chmod 600 \/.*$/);
    expect(problem({ BREEZE_API_KEY: 'secret1' })).to.match(
      /^source: BREEZE_API_KEY is set, but BREEZE_API_SESSION, which breeze needs too, is not\./,
    );
    put('{"apiKey": "secret1", "apiSession": "secret2"}', 0o644);
    expect(problem()).to.equal(
      `source: ${file} contains secrets, but other users of this machine can read or change it (mode 644). Run: chmod 600 ${file}`,
    );
    put('{"apiKey": "secret1"');
    expect(problem()).to.contain('is not JSON');
    put('{"apiKey": "secret1", "apiSession": ""}');
    expect(problem()).to.contain('apiSession missing or empty');
    for (const text of [problem()]) expect(text).to.not.contain('secret');
  });
});
