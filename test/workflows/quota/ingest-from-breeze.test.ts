import { expect } from 'chai';

import { createFetchActivities } from '../../../activities/ingest/fetch/index.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { GurukulError } from '../../../data/errors.js';
import { ingestBatches } from '../../../data/schemas/ingest.js';
import type { QuotaLimits } from '../../../data/sources/quota-limits.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { asFailure } from '../../../workers/activity-failures.js';
import type { Ingested } from '../../../workflows/contract/ingest.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { quotaQuery } from '../../../workflows/contract/quota-messages.js';
import { ingestUniverse } from '../../../workflows/ingest-universe.js';
import type { BreezeRig, Market } from '../../support/provider-rig.js';
import { dailyMarket, providerConfig, startBreezeRig } from '../../support/provider-rig.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';

/** Limits with minutes of one second and days of ten. */
const SCALED: QuotaLimits = {
  spanCalls: 12,
  spanMs: 1_000,
  dayCalls: 30,
  dayMs: 10_000,
  dayOffsetMs: 0,
  marginMs: 100,
};
const SYMBOLS = 24;

describe('an ingest from Breeze on a real server', function () {
  this.timeout(600_000);
  let temporal: TemporalRig;
  let market: Market;
  let rig: BreezeRig;
  before(async () => {
    temporal = await startTemporalRig();
    market = await dailyMarket();
  });
  after(async () => {
    expect(await temporal.replayAll(), 'replayed workflows').to.be.greaterThan(2);
    await temporal.stop();
  });
  afterEach(async () => rig.stop());

  const config = (runId: string) => providerConfig({ runId, from: '2024-01-01', to: '2024-07-01' });

  async function start(runId: string, symbols: readonly string[]): Promise<Ingested> {
    const list = await writeRef(rig.home, rig.home.symbols(runId), canonicalJson(symbols), symbols.length);
    return temporal.client.workflow.execute(ingestUniverse, {
      workflowId: workflowIds.ingest(runId),
      taskQueue: 'meta',
      args: [{ config: config(runId), symbols: list, batches: ingestBatches(symbols.length) }],
    });
  }

  it('shares one quota between two runs, over two days, with faults and killed workers', async () => {
    rig = await startBreezeRig(market, { limits: SCALED, realClock: true });
    rig.fake.spoil(0.1, 3);
    // The user logs in again as soon as the provider's day has ended.
    const today = (): number => Math.floor(Date.now() / SCALED.dayMs);
    let day = today();
    const logins = setInterval(() => {
      if (today() === day) return;
      day = today();
      rig.login();
    }, 20);
    const fetching = createFetchActivities({
      home: rig.home,
      packageRoot,
      settings: () => rig.settings,
      now: Date.now,
    });
    let [parts, deaths] = [0, 0];
    const activities = {
      ...createIngestActivities({ home: rig.home, packageRoot }),
      ...fetching,
      fetchSymbols: async (request: Parameters<typeof fetching.fetchSymbols>[0]) => {
        const part = await fetching.fetchSymbols(request);
        parts += 1;
        if (parts % 3 !== 2) return part;
        // All calls are made, and the result is lost.
        deaths += 1;
        throw asFailure(new GurukulError('StoreUnavailable', 'the worker died'));
      },
    };
    const symbols = [...market.keys()].slice(0, SYMBOLS);
    const [first, second] = await temporal.withWorkers(activities, async () => {
      const both = await Promise.all([
        start('first', symbols.slice(0, 16)),
        start('second', symbols.slice(8)),
      ]);
      const use = await temporal.client.workflow.getHandle(workflowIds.quota('breeze')).query(quotaQuery);
      expect(use).to.include({ dayLimit: SCALED.dayCalls, openLeases: 0, waiting: 0 });
      return both;
    });
    clearInterval(logins);
    expect([first.symbols, second.symbols]).to.deep.equal([16, 16]);
    for (const symbol of symbols)
      expect(await rig.fetched(symbol, '1day'), symbol).to.deep.equal(rig.truth(symbol, config('')));
    expect(rig.fake.counter.over).to.deep.equal({ span: 0, day: 0 });
    expect(deaths).to.be.greaterThan(0);
  });
});
