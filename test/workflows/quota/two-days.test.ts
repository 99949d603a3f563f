import { expect } from 'chai';

import type { FetchActivities, FetchRequest } from '../../../activities/ingest/fetch/activities.js';
import { ingestBatches } from '../../../data/schemas/ingest.js';
import type { QuotaLimits } from '../../../data/sources/quota-limits.js';
import { MOST_EVENTS } from '../../../workflows/shared/history-length.js';
import { EVENTS_PER_LEASE, MOST_PAYLOAD_BYTES } from '../event-budgets.js';
import { ingestUniverse } from '../../../workflows/ingest-universe.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { lengthsAndPayloads } from '../../bench/scale-histories.js';
import type { CallCounter } from '../../fakes/call-counter.js';
import { callCounter } from '../../fakes/call-counter.js';
import { providerConfig } from '../../support/provider-rig.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';

const SYMBOLS = 96;
/** Calls for three years of 5-minute bars of a symbol; fetch.test.ts counts them. */
const CALLS_A_SYMBOL = 59;
/** One eighth of the calls and of a day's quota, which takes seconds; all with GURUKUL_FULL_QUOTA=1. */
const FULL = process.env['GURUKUL_FULL_QUOTA'] === '1';
const PART = FULL ? 1 : 8;
const CALLS = (SYMBOLS * CALLS_A_SYMBOL) / PART;
const DAY_CALLS = Math.floor(4_990 / PART);
/** A day that ends during the test; the next one does not. */
const MIDNIGHT_AFTER_MS = FULL ? 120_000 : 15_000;
const DAY_MS = 600_000;
/** So few that each workflow takes several executions. */
const EVENTS_UNTIL_CONTINUED = FULL ? 1_000 : 150;

describe('5-minute bars of 96 symbols', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  before(async () => {
    rig = await startTemporalRig({ eventsUntilContinued: EVENTS_UNTIL_CONTINUED });
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  it('take two days of quota and never exceed it, in histories within their budgets', async () => {
    const midnight = Date.now() + MIDNIGHT_AFTER_MS;
    // The day has its full size and minutes are short; quota-rule.test.ts has both in full.
    const limits: QuotaLimits = {
      spanCalls: 980,
      spanMs: 1_000,
      dayCalls: DAY_CALLS,
      dayMs: DAY_MS,
      dayOffsetMs: DAY_MS - (midnight % DAY_MS),
      marginMs: 100,
    };
    const counter = callCounter(limits, Date.now);
    const fetching = answeringAtOnce(counter, limits);
    const config = providerConfig({ runId: 'two-days', interval: '5minute' });
    const symbols = { uri: 'symbols.json', sha256: '0'.repeat(64), bytes: 0, rows: SYMBOLS };
    const ingested = await rig.withWorkers(
      { ...simulatedActivities({ cohorts: [] }, { statuses: [], units: [] }), ...fetching },
      async () =>
        rig.client.workflow.execute(ingestUniverse, {
          workflowId: workflowIds.ingest('two-days'),
          taskQueue: 'meta',
          args: [{ config, symbols, batches: ingestBatches(SYMBOLS) }],
        }),
    );
    const firstDay = counter.times.filter((time) => time < midnight);
    expect(ingested.fetched?.calls).to.equal(CALLS);
    expect(counter.times).to.have.length(CALLS);
    expect(counter.over).to.deep.equal({ span: 0, day: 0 });
    expect(firstDay, 'the first day is used up').to.have.length(DAY_CALLS);

    await rig.client.workflow.getHandle(workflowIds.quota('breeze')).terminate('the test is over');
    const { lengths, largestPayload } = await lengthsAndPayloads(rig.client);
    expect(largestPayload.bytes, largestPayload.where).to.be.at.most(MOST_PAYLOAD_BYTES);
    for (const workflow of ['ingestUniverse', 'keepQuota'] as const) {
      const of = lengths.get(workflow) ?? [];
      expect(of.length, `executions of ${workflow}`).to.be.greaterThan(1);
      expect(Math.max(...of)).to.be.at.most(MOST_EVENTS);
      const events = of.reduce((sum, length) => sum + length, 0);
      expect(events / fetching.leases(), `events of ${workflow} a lease`).to.be.at.most(
        EVENTS_PER_LEASE[workflow],
      );
    }
  });
});

/** A provider that answers at once and counts the calls. */
function answeringAtOnce(
  counter: CallCounter,
  limits: QuotaLimits,
): FetchActivities & { readonly leases: () => number } {
  const left = new Map<number, number>();
  let leases = 0;
  const leftOf = ({ batch, batches }: FetchRequest): number => {
    const share = Math.floor(((batch + 1) * CALLS) / batches) - Math.floor((batch * CALLS) / batches);
    return left.get(batch) ?? share;
  };
  return {
    leases: () => leases,
    planFetch: (request) => Promise.resolve({ left: leftOf(request), limits }),
    fetchSymbols: ({ lease, ...request }) => {
      leases += 1;
      let used = 0;
      while (used < lease.calls && Date.now() < lease.expiresAt) {
        counter.count();
        used += 1;
      }
      left.set(request.batch, leftOf(request) - used);
      return Promise.resolve({
        used,
        asked: used,
        left: leftOf(request),
        added: 0,
        revised: 0,
        blocked: null,
        message: null,
      });
    },
    closeLease: ({ lease }) => Promise.resolve({ used: lease.calls }),
  };
}
