import { expect } from 'chai';

import { readResponses, readFetchedBars } from '../../../data/bars/fetched-bars.js';
import type { FetchDeps } from '../../../activities/ingest/fetch/fetch-within-budget.js';
import { fetchWithinBudget, questionsLeft } from '../../../activities/ingest/fetch/fetch-within-budget.js';
import { randomStream } from '../../../data/random.js';
import type { UniverseMember } from '../../../data/schemas/universe.js';
import { openBreeze } from '../../../data/sources/breeze/breeze-provider.js';
import { openLeaseLog } from '../../../data/sources/lease-log.js';
import { openYahoo } from '../../../data/sources/yahoo/yahoo-provider.js';
import type { BarProvider } from '../../../data/sources/provider.js';
import { callsPerMinuteAndDay } from '../../../data/sources/quota-limits.js';
import type { QuotaState } from '../../../workflows/provider/quota-rule.js';
import { UNUSED_QUOTA, blockQuota, leaseCalls, returnLease } from '../../../workflows/provider/quota-rule.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadAliases } from '../../../data/symbols/symbol-aliases.js';
import { startOfDate } from '../../../data/time/dates.js';
import { YAHOO_FAULTS, startFakeYahoo } from '../../fakes/yahoo-server.js';
import { calendar } from '../../support/bars.js';
import type { BreezeRig, Market } from '../../support/provider-rig.js';
import {
  dailyMarket,
  intradayBars,
  nifty100,
  providerConfig,
  startBreezeRig,
} from '../../support/provider-rig.js';

/** Stands for a killed worker. */
class Killed extends Error {}

const DAILY = providerConfig({});

describe('fetching from a provider', function () {
  this.timeout(300_000);
  let market: Market;
  let members: readonly UniverseMember[];
  let rig: BreezeRig;
  before(async () => {
    market = await dailyMarket();
    members = (await nifty100()).filter(({ symbol }) => market.has(symbol));
  });
  afterEach(async () => rig.stop());

  const depsOf = (change: Partial<FetchDeps> = {}): FetchDeps => ({
    home: rig.home,
    provider: openBreeze(rig.settings),
    calendar,
    members,
    newest: (symbol) => symbol,
    config: DAILY,
    since: new Date(rig.clock.now).toISOString(),
    now: () => rig.clock.now,
    ...change,
  });

  /** Time that every call takes on the test's clock. */
  const CALL_MS = 250;
  const LEASE_CALLS = 50;
  /** A killed worker is detected after this time: the heartbeat timeout of profile `fetch`. */
  const MISSED_MS = 20_000;

  /**
   * An ingest like that of the workflow, on the test's clock: leases by the rule, at most 50 calls each, one after
   * the other. A kill loses the login; its used calls are in the lease's log.
   *
   * @returns Number of calls charged to the quota.
   */
  async function ingest(deps: FetchDeps, kill: () => boolean = () => false): Promise<number> {
    let state: QuotaState = UNUSED_QUOTA;
    let { provider } = deps;
    let leases = 0;
    for (;;) {
      const left = questionsLeft(deps).length;
      if (left === 0) return state.dayCalls;
      const decision = leaseCalls(state, provider.limits, rig.clock.now, {
        id: `${leases}`,
        wanted: Math.min(LEASE_CALLS, left),
      });
      if ('waitUntil' in decision) {
        rig.clock.now = decision.waitUntil;
        if (decision.limit === 'day') rig.login();
        continue;
      }
      leases += 1;
      const { lease } = decision;
      state = decision.state;
      const log = openLeaseLog(rig.home, 'breeze', { ...lease, id: `${deps.since}/${lease.id}` });
      const spend = (): boolean => {
        if (rig.clock.now >= lease.expiresAt || !log.take()) return false;
        rig.clock.now += CALL_MS;
        return true;
      };
      try {
        const part = await fetchWithinBudget(
          { ...deps, provider: killable(provider, kill) },
          { spend, signal: new AbortController().signal },
        );
        expect(log.close()).to.equal(part.used);
        state = returnLease(state, provider.limits, rig.clock.now, { id: lease.id, used: part.used });
        if (part.blocked === 'span' || part.blocked === 'day')
          state = blockQuota(state, provider.limits, rig.clock.now, part.blocked);
        expect(part.blocked, part.message ?? '').to.not.equal('session');
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        provider = openBreeze(rig.settings);
        rig.clock.now += MISSED_MS;
        state = returnLease(state, provider.limits, rig.clock.now, { id: lease.id, used: log.close() });
      }
    }
  }

  /** Fails before a call, or after its response. */
  const killable = (provider: BarProvider, kill: () => boolean): BarProvider => ({
    ...provider,
    fetch: async (request, signal) => {
      if (kill()) throw new Killed();
      const reply = await provider.fetch(request, signal);
      if (kill()) throw new Killed();
      return reply;
    },
  });

  async function expectTruth(config: typeof DAILY, symbols: readonly string[]): Promise<void> {
    for (const symbol of symbols) {
      const series = await rig.fetched(symbol, config.interval);
      expect(series?.time.length, symbol).to.be.greaterThan(0);
      expect(series, symbol).to.deep.equal(rig.truth(symbol, config));
    }
  }

  it('uses one minute of the quota for the daily bars of 96 symbols', async () => {
    rig = await startBreezeRig(market);
    const start = rig.clock.now;
    const deps = depsOf();
    expect(members).to.have.length(96);
    await ingest(deps);
    expect(rig.clock.now - start).to.be.below(60_000);
    await expectTruth(
      DAILY,
      members.map(({ symbol }) => symbol),
    );
    const calls = rig.fake.counter.times.length;
    expect(calls, 'a login, a call a symbol, and one where a series ends before it was asked to').to.equal(
      98,
    );
    expect(rig.fake.counter.over).to.deep.equal({ span: 0, day: 0 });
    await ingest({ ...deps, since: new Date(rig.clock.now + 1).toISOString() });
    expect(rig.fake.counter.times.length, 'nothing is asked again').to.equal(calls);
  });

  it('loses and duplicates no bar with 10 % faults of every kind and kills, within the quota', async () => {
    rig = await startBreezeRig(market);
    rig.fake.spoil(0.1, 11);
    const dice = randomStream([5, 'kills']);
    let kills = 0;
    const start = rig.clock.now;
    const charged = await ingest(depsOf(), () => {
      const killed = dice.uniform() < 0.015;
      if (killed) kills += 1;
      return killed;
    });
    const elapsed = rig.clock.now - start;
    expect(kills, 'kills').to.be.greaterThan(1);
    await expectTruth(
      DAILY,
      members.map(({ symbol }) => symbol),
    );
    expect(rig.fake.counter.over).to.deep.equal({ span: 0, day: 0 });
    const calls = rig.fake.counter.times.length;
    // 98 calls without faults, a tenth of them repeated, and the calls and logins lost to kills.
    expect(calls).to.be.within(98, 120 + 10 * kills);
    expect(charged - calls, 'taken, and not made when its worker was killed').to.be.within(0, kills);
    // The minutes that these calls need at 98 a minute, plus the time until each kill is detected.
    const { spanCalls, spanMs, marginMs } = rig.settings.breeze.limits;
    const waits = (Math.ceil(charged / spanCalls) - 1) * (spanMs + marginMs + LEASE_CALLS * CALL_MS);
    expect(elapsed).to.be.at.most(waits + spanCalls * CALL_MS + kills * MISSED_MS);
    const outcomes = new Set(
      members.flatMap(({ symbol }) =>
        readResponses(rig.home, { source: 'breeze', symbol, interval: '1day' }).map(({ outcome }) => outcome),
      ),
    );
    expect([...outcomes]).to.include.members(['bars', 'down']);
  });

  it('keeps all other bars of a provider whose bar of one day is doubtful, and asks for that day again', async () => {
    rig = await startBreezeRig(market);
    const few = members.slice(0, 3);
    const date = '2023-05-10';
    rig.fake.doubts.set(date, 'twice');
    const timesOf = async (symbol: string): Promise<number[]> => [
      ...((await rig.fetched(symbol, '1day'))?.time ?? []),
    ];
    const truth = (symbol: string): number[] => [...(rig.truth(symbol, DAILY)?.time ?? [])];
    await ingest(depsOf({ members: few }));
    // A login; for each symbol all of its days, and two more calls for the doubtful one.
    expect(rig.fake.counter.times).to.have.length(1 + 3 * few.length);
    for (const { symbol } of few)
      expect(await timesOf(symbol), symbol).to.deep.equal(
        truth(symbol).filter((time) => time !== startOfDate(date)),
      );
    rig.fake.doubts.delete(date);
    rig.clock.now += 60_000;
    await ingest(depsOf({ members: few }));
    for (const { symbol } of few) expect(await timesOf(symbol), symbol).to.deep.equal(truth(symbol));
    const [symbol] = few.map((member) => member.symbol);
    const [first] = readResponses(rig.home, { source: 'breeze', symbol: symbol ?? '', interval: '1day' });
    expect(first?.doubtful).to.deep.equal([{ date, why: 'two different bars of one time' }]);
    expect(first?.message).to.match(/^doubtful bars of 1 day\(s\) were left out, the first on 2023-05-10/);
  });

  it('continues on the next day by itself with 5-minute bars, after a new login', async () => {
    const from = '2024-01-01';
    const symbols = ['RELIANCE', 'TCS', 'INFY'];
    const bars = new Map(symbols.map((symbol) => [symbol, intradayBars(symbol, '2023-12-01', '2024-12-31')]));
    const limits = callsPerMinuteAndDay(20, 50);
    rig = await startBreezeRig(bars, { limits });
    const config = providerConfig({ from, interval: '5minute' });
    const asked = members.filter(({ symbol }) => symbols.includes(symbol));
    const start = rig.clock.now;
    // 261 sessions, 13 per response: 21 calls per symbol, and two logins.
    await ingest(depsOf({ members: asked, config }));
    await expectTruth(config, symbols);
    expect(rig.fake.counter.times.length).to.equal(65);
    expect(rig.fake.counter.over).to.deep.equal({ span: 0, day: 0 });
    const midnight = Date.parse('2026-03-03T00:00:00+05:30');
    expect(rig.clock.now).to.be.within(midnight, midnight + 10 * 60_000);
    expect(start).to.be.below(midnight);
  });

  it('loses and duplicates no bar of Yahoo, whatever the faults of its responses', async () => {
    rig = await startBreezeRig(market);
    const yahoo = await startFakeYahoo({
      now: () => rig.clock.now,
      series: (code) => market.get(code.replace('.NS', '')),
    });
    try {
      const settings = {
        ...rig.settings,
        yahoo: { ...rig.settings.yahoo, url: yahoo.url },
        callTimeoutMs: 500,
      };
      const few = members.slice(0, 20);
      const deps = depsOf({ provider: openYahoo(settings), members: few });
      yahoo.spoilNext(...YAHOO_FAULTS, ...YAHOO_FAULTS);
      const limited: unknown[] = [];
      for (let leases = 0; questionsLeft(deps).length > 0; leases += 1) {
        expect(leases, 'leases').to.be.below(10);
        let calls = 30;
        const spend = (): boolean => (calls -= 1) >= 0;
        const part = await fetchWithinBudget(deps, { spend, signal: new AbortController().signal });
        if (part.blocked === 'span') limited.push(part.message);
        rig.clock.now += 65_000;
      }
      expect(limited).to.include('too many requests');
      for (const { symbol } of few) {
        const fetched = await readFetchedBars(rig.home, { source: 'yahoo', symbol, interval: '1day' });
        const truth = rig.truth(symbol, DAILY);
        expect(fetched?.time, symbol).to.deep.equal(truth?.time);
        expect(fetched?.close, symbol).to.deep.equal(truth?.close);
      }
      expect(yahoo.counter.over).to.deep.equal({ span: 0, day: 0 });
    } finally {
      await yahoo.stop();
    }
  });

  it('asks Yahoo for the name of today, and keeps the bars under the name in the universe', async () => {
    rig = await startBreezeRig(market);
    const yahoo = await startFakeYahoo({
      now: () => rig.clock.now,
      series: (code) => (code === 'ETERNAL.NS' ? market.get('TCS') : undefined),
    });
    try {
      const settings = { ...rig.settings, yahoo: { ...rig.settings.yahoo, url: yahoo.url } };
      const { newest } = await loadAliases({ packageRoot, home: rig.home });
      const deps = depsOf({
        provider: openYahoo(settings),
        members: members.slice(0, 1).map((member) => ({ ...member, symbol: 'ZOMATO' })),
        newest,
      });
      await fetchWithinBudget(deps, { spend: () => true, signal: new AbortController().signal });
      expect(yahoo.asked).to.deep.equal(['/v8/finance/chart/ETERNAL.NS']);
      const fetched = await readFetchedBars(rig.home, {
        source: 'yahoo',
        symbol: 'ZOMATO',
        interval: '1day',
      });
      expect(fetched?.close).to.deep.equal(rig.truth('TCS', DAILY)?.close);
    } finally {
      await yahoo.stop();
    }
  });

  it('uses the last responses of a lease', async () => {
    rig = await startBreezeRig(market, { limits: callsPerMinuteAndDay(2, 100) });
    let calls = 3;
    const spend = (): boolean => (calls -= 1) >= 0;
    const part = await fetchWithinBudget(depsOf(), { spend, signal: new AbortController().signal });
    // A login and two calls, the second of which exceeds the limit.
    expect(part).to.deep.include({ used: 3, asked: 2, left: members.length - 1, blocked: 'span' });
    expect(part.message).to.match(/^Limit exceed/);
  });

  it('makes 59 calls for three years of 5-minute bars of a symbol', async () => {
    rig = await startBreezeRig(market);
    const config = providerConfig({ interval: '5minute' });
    const [member] = members;
    const questions = questionsLeft(depsOf({ members: member === undefined ? [] : [member], config }));
    // 743 sessions and 13 before them, 13 per response.
    expect(questions).to.have.length(59);
  });
});
