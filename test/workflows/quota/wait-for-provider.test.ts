import { expect } from 'chai';
import type { WorkflowHandle } from '@temporalio/client';

import { createFetchActivities } from '../../../activities/ingest/fetch/index.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { ingestBatches } from '../../../data/schemas/ingest.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import type { QuotaLimits } from '../../../data/sources/quota-limits.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { ingestUniverse } from '../../../workflows/ingest-universe.js';
import { unitProgressQuery, workflowIds } from '../../../workflows/contract/messages.js';
import { shortTimeoutBundle } from '../../support/short-timeout-bundle.js';
import type { BreezeRig, Market } from '../../support/provider-rig.js';
import { dailyMarket, providerConfig, startBreezeRig } from '../../support/provider-rig.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { until } from '../../support/until.js';

const SYMBOLS = 12;
/** Waits are shortened by short-timeout-interceptors.ts; the real ones are half a minute, a minute, two minutes. */
const FIRST_WAITS_MS = [150, 300, 600];
/**
 * Days that end so long after the test has begun, and then no more while it lasts. A login and three rounds of
 * four calls, one after the other, take longer: the last round is asked after midnight however soon the first is.
 */
const MIDNIGHT_AFTER_MS = 2_500;
const THINKS_MS = 1_000;
const DAY_MS = 120_000;
const dayThatEnds = (midnight: number): QuotaLimits => ({
  spanCalls: 100,
  spanMs: 1_000,
  dayCalls: 1_000,
  dayMs: DAY_MS,
  dayOffsetMs: DAY_MS - (midnight % DAY_MS),
  marginMs: 100,
});

describe('an ingest whose provider is down', function () {
  this.timeout(600_000);
  let temporal: TemporalRig;
  let market: Market;
  let rig: BreezeRig;
  before(async () => {
    temporal = await startTemporalRig({ bundle: await shortTimeoutBundle() });
    market = await dailyMarket();
  });
  after(async () => {
    await temporal.replayAll();
    await temporal.stop();
  });
  afterEach(async () => rig.stop());

  const config = (runId: string): RunConfig =>
    providerConfig({ runId, from: '2024-01-01', to: '2024-07-01' });

  /** Starts an ingest, lets `meanwhile` happen, and waits for its end. */
  async function ingest(runId: string, meanwhile: (handle: WorkflowHandle) => Promise<void>): Promise<void> {
    const symbols = [...market.keys()].slice(0, SYMBOLS);
    const list = await writeRef(rig.home, rig.home.symbols(runId), canonicalJson(symbols), symbols.length);
    const activities = {
      ...createIngestActivities({ home: rig.home, packageRoot }),
      ...createFetchActivities({
        home: rig.home,
        packageRoot,
        settings: () => rig.settings,
        now: Date.now,
      }),
    };
    await temporal.withWorkers(activities, async () => {
      const handle = await temporal.client.workflow.start(ingestUniverse, {
        workflowId: workflowIds.ingest(runId),
        taskQueue: 'meta',
        args: [{ config: config(runId), symbols: list, batches: ingestBatches(symbols.length) }],
      });
      await meanwhile(handle);
      await handle.result();
      // Each provider of a test counts for itself.
      await temporal.client.workflow.getHandle(workflowIds.quota('breeze')).terminate('the test is over');
    });
    for (const symbol of symbols)
      expect(await rig.fetched(symbol, '1day'), symbol).to.deep.equal(rig.truth(symbol, config(runId)));
    expect(rig.fake.counter.over).to.deep.equal({ span: 0, day: 0 });
  }

  const says = async (handle: WorkflowHandle): Promise<string> =>
    (await handle.query(unitProgressQuery)).current;

  it('waits longer and longer, checks with one call whether it is back, and continues', async () => {
    rig = await startBreezeRig(market, { realClock: true });
    rig.fake.spoil(1, 4, ['502 html']);
    let shown = '';
    await ingest('outage', async (handle) => {
      await until(async () => (shown = await says(handle)).includes('HTTP 502 with an HTML page'));
      await until(async () => (await waitsOf(handle, 'no answer')).length >= FIRST_WAITS_MS.length);
      rig.fake.spoil(0, 4);
    });
    expect(shown).to.match(/^batch 1 of 1: /);
    const handle = temporal.client.workflow.getHandle(workflowIds.ingest('outage'));
    expect((await waitsOf(handle, 'no answer')).slice(0, 3)).to.deep.equal(FIRST_WAITS_MS);
    // The first time five calls are made, after that one.
    const calls = await callsOf(handle);
    expect(calls.slice(0, 3)).to.deep.equal([SYMBOLS, 1, 1]);
    expect(calls.at(-1), 'once it is back').to.be.greaterThan(1);
  });

  it('waits past midnight for a new login, and reads it from the file', async () => {
    const midnight = Date.now() + MIDNIGHT_AFTER_MS;
    const limits = dayThatEnds(midnight);
    rig = await startBreezeRig(market, { realClock: true, inFile: true, limits, delayMs: THINKS_MS });
    let shown = '';
    await ingest('midnight', async (handle) => {
      await until(async () => (shown = await says(handle)).includes('has ended'));
      expect(Date.now()).to.be.greaterThan(midnight);
      const before = rig.fake.counter.times.length;
      await until(async () => (await waitsOf(handle, 'log in again')).length >= 3);
      expect(rig.fake.counter.times.length, 'calls with the old session').to.equal(before);
      rig.login();
    });
    expect(shown).to.contain(`Breeze's session in ${rig.settings.breeze.credentials} has ended. Log in at`);
  });
});

/** Milliseconds of the timers whose summary ends in a text. */
async function waitsOf(handle: WorkflowHandle, end: string): Promise<number[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ timerStartedEventAttributes: timer, userMetadata }) => {
    const summary = Buffer.from(userMetadata?.summary?.data ?? []).toString('utf8');
    if (timer?.startToFireTimeout === undefined || !summary.includes(`· ${end}`)) return [];
    const { seconds, nanos } = timer.startToFireTimeout ?? {};
    return [Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6];
  });
}

/** Calls of every lease under which an activity fetched. */
async function callsOf(handle: WorkflowHandle): Promise<number[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled?.activityType?.name !== 'fetchSymbols') return [];
    const text = Buffer.from(scheduled.input?.payloads?.[0]?.data ?? []).toString('utf8');
    const [, calls] = /"calls":(\d+)/.exec(text) ?? [];
    return [Number(calls)];
  });
}
