import { expect } from 'chai';

import { Home } from '../../../data/store/home.js';
import type { CallOutcome } from '../../../data/schemas/provider-log.js';
import type { BarProvider, BarRequest } from '../../../data/sources/provider.js';
import { providerSettings } from '../../../data/sources/provider-settings.js';
import { cleanPrice } from '../../../data/sources/yahoo/yahoo-prices.js';
import { openYahoo } from '../../../data/sources/yahoo/yahoo-provider.js';
import type { FakeYahoo, YahooFault } from '../../fakes/yahoo-server.js';
import { YAHOO_FAULTS, startFakeYahoo } from '../../fakes/yahoo-server.js';
import { dailyBars } from '../../support/bars.js';

const signal = new AbortController().signal;
const bars = dailyBars(40, {
  symbol: 'M&M',
  spoil: (columns) => {
    for (const name of ['open', 'high', 'low', 'close'] as const)
      columns[name] = columns[name].map(() => 1234.55);
  },
});
const REQUEST: BarRequest = {
  symbol: 'M&M',
  code: 'M&M.NS',
  interval: '1day',
  range: { from: '2022-01-01', to: '2022-02-01' },
};

describe('Yahoo', function () {
  this.timeout(20_000);
  let fake: FakeYahoo;
  let provider: BarProvider;
  beforeEach(async () => {
    fake = await startFakeYahoo({
      now: Date.now,
      series: (symbol) => (symbol === 'M&M.NS' ? bars : undefined),
      nulls: new Set([bars.time[3] ?? 0]),
    });
    const settings = providerSettings(new Home('/nowhere'), { GURUKUL_YAHOO_URL: fake.url });
    provider = openYahoo({ ...settings, callTimeoutMs: 1_000 });
  });
  afterEach(async () => fake.stop());

  it('returns the bars of the requested days, without nulls and rounding noise', async () => {
    const reply = await provider.fetch(REQUEST, signal);
    // 20 sessions, one of them nulls.
    expect(reply).to.deep.include({
      outcome: 'bars',
      status: 200,
      rows: 20,
      message: '1 bar(s) without values were skipped',
    });
    expect(reply.bars?.time).to.have.length(19);
    const there = [...bars.time.slice(0, 20)].filter((_, bar) => bar !== 3);
    expect([...(reply.bars?.time ?? [])]).to.deep.equal(there);
    expect(new Set(reply.bars?.close)).to.deep.equal(new Set([1234.55]));
    expect(reply.bars?.volume[0]).to.equal(1000);
    expect(fake.asked).to.deep.equal(['/v8/finance/chart/M%26M.NS']);
  });

  it('returns no bars for an unknown symbol, or before the first bar', async () => {
    expect(await provider.fetch({ ...REQUEST, code: 'IDEA.NS' }, signal)).to.include({
      outcome: 'empty',
      status: 404,
    });
    const before = { ...REQUEST, range: { from: '2019-01-01', to: '2019-02-01' } };
    expect((await provider.fetch(before, signal)).outcome).to.equal('empty');
  });

  const faults: Readonly<Record<YahooFault, CallOutcome>> = {
    reset: 'down',
    'reset in the middle': 'down',
    'half a body': 'down',
    'half a text': 'down',
    'slow drip': 'down',
    '401': 'down',
    '429': 'limited',
    '500 html': 'down',
    '502 html': 'down',
    'wrong series': 'wrong_symbol',
  };
  for (const fault of YAHOO_FAULTS)
    it(`recognises the fault "${fault}"`, async () => {
      fake.spoilNext(fault);
      const reply = await provider.fetch(REQUEST, signal);
      expect([reply.outcome, reply.bars], reply.message ?? '').to.deep.equal([faults[fault], null]);
      expect((await provider.fetch(REQUEST, signal)).outcome, 'the next call works').to.equal('bars');
    });

  for (const doubt of ['twice', 'outside its range', 'negative', 'half null'] as const)
    it(`keeps the rest of a response with a bar that is ${doubt}`, async () => {
      const odd = bars.time[7] ?? 0;
      fake.doubts.set(odd, doubt);
      const reply = await provider.fetch(REQUEST, signal);
      expect(reply.outcome, reply.message ?? '').to.equal('bars');
      expect([...(reply.bars?.time ?? [])]).to.deep.equal(
        [...bars.time.slice(0, 20)].filter((time, bar) => bar !== 3 && time !== odd),
      );
      expect(reply.doubtful?.map(({ date }) => date)).to.deep.equal(['2022-01-12']);
      expect(reply.message).to.match(/^1 bar\(s\) without values were skipped; doubtful bars of 1 day\(s\)/);
    });

  it('rounds prices to the tick if they are close to one, otherwise to a paisa', () => {
    expect([Math.fround(3765.05), Math.fround(18.2), Math.fround(99999.95)].map(cleanPrice)).to.deep.equal([
      3765.05, 18.2, 99999.95,
    ]);
    expect(cleanPrice(Math.fround(123.4567))).to.equal(123.46);
  });
});
