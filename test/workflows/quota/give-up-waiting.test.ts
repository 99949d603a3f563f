import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { expect } from 'chai';

import { writeFileSync } from 'node:fs';

import { createFetchActivities } from '../../../activities/ingest/fetch/index.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { ingestBatches } from '../../../data/schemas/ingest.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { packageRoot } from '../../../data/store/package-root.js';
import type { ProviderTrouble } from '../../../workflows/contract/ingest.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { ingestUniverse } from '../../../workflows/ingest-universe.js';
import { shortTimeoutBundle } from '../../support/short-timeout-bundle.js';
import type { BreezeRig, Market } from '../../support/provider-rig.js';
import { dailyMarket, providerConfig, startBreezeRig } from '../../support/provider-rig.js';
import { rejection } from '../../support/rejection.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';

const SYMBOLS = 3;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** So few that the history is full several times before the wait ends. */
const EVENTS_UNTIL_CONTINUED = 50;

describe('an ingest whose provider stays down', function () {
  this.timeout(600_000);
  let temporal: TemporalRig;
  let market: Market;
  let rig: BreezeRig;
  before(async () => {
    const bundle = await shortTimeoutBundle();
    temporal = await startTemporalRig({ bundle, eventsUntilContinued: EVENTS_UNTIL_CONTINUED });
    market = await dailyMarket();
  });
  after(async () => {
    await temporal.replayAll();
    await temporal.stop();
  });
  beforeEach(async () => {
    rig = await startBreezeRig(market, { realClock: true, inFile: true });
  });
  afterEach(async () => rig.stop());

  /** The failure of an ingest that has waited for long, and how often its history was full. */
  async function failureOf(
    runId: string,
    trouble: ProviderTrouble,
  ): Promise<{ readonly failure: ApplicationFailure; readonly continued: number }> {
    const { home } = rig;
    const symbols = [...market.keys()].slice(0, SYMBOLS);
    const list = await writeRef(home, home.symbols(runId), canonicalJson(symbols), symbols.length);
    const config = providerConfig({ runId, from: '2024-01-01', to: '2024-07-01' });
    const activities = {
      ...createIngestActivities({ home, packageRoot }),
      ...createFetchActivities({ home, packageRoot, settings: () => rig.settings, now: Date.now }),
    };
    return temporal.withWorkers(activities, async () => {
      const since = new Date(Date.now() - 8 * DAY_MS).toISOString();
      const totals = { calls: 0, added: 0, revised: 0 };
      const handle = await temporal.client.workflow.start(ingestUniverse, {
        workflowId: workflowIds.ingest(runId),
        taskQueue: 'meta',
        args: [
          {
            config,
            symbols: list,
            batches: ingestBatches(symbols.length),
            carried: {
              version: 1,
              batch: 0,
              hold: { held: false, order: 0 },
              fetching: { since, totals, trouble },
            },
          },
        ],
      });
      const { cause } = await rejection(handle.result(), WorkflowFailedError);
      await temporal.client.workflow.getHandle(workflowIds.quota('breeze')).terminate('the test is over');
      if (!(cause instanceof ApplicationFailure)) throw new Error('the ingest did not fail by itself');
      let continued = 0;
      const query = `WorkflowId = '${handle.workflowId}' AND ExecutionStatus = 'ContinuedAsNew'`;
      for await (const { workflowId } of temporal.client.workflow.list({ query }))
        if (workflowId === handle.workflowId) continued += 1;
      return { failure: cause, continued };
    });
  }

  it('gives up after a week without a login, however often its history was full', async () => {
    const { credentials } = rig.settings.breeze;
    writeFileSync(credentials, JSON.stringify({ apiKey: 'fake-api-key', apiSession: 'of yesterday' }));
    const { failure, continued } = await failureOf('no-login', {
      kind: 'session',
      waitedMs: 7 * DAY_MS - 12 * MINUTE_MS,
      nextMs: 30_000,
    });
    expect(failure.type).to.equal('InvalidInput');
    expect(failure.message).to.match(
      /^gave up after 168 hours: .*Breeze's session in .* has ended\. Log in at/,
    );
    expect(continued).to.be.greaterThan(1);
  });

  it('gives up after a day without an answer', async () => {
    rig.fake.spoil(1, 4, ['502 html']);
    const { failure } = await failureOf('no-answer', {
      kind: 'down',
      waitedMs: DAY_MS - 11 * MINUTE_MS,
      nextMs: 10 * MINUTE_MS,
    });
    expect(failure.type).to.equal('ProviderDown');
    expect(failure.message).to.match(/^gave up after 24 hours: .*HTTP 502/);
  });
});
