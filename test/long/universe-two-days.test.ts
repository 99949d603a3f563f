import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { pino } from 'pino';

import { verifyBundle } from '../../activities/audit/verify.js';
import type { FetchRequest } from '../../activities/ingest/fetch/activities.js';
import { createFetchActivities } from '../../activities/ingest/fetch/index.js';
import type { BarSeries } from '../../data/bars/series.js';
import { createIngestActivities } from '../../activities/ingest/index.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { randomStream } from '../../data/random.js';
import { coverageSchema } from '../../data/schemas/coverage.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import { askedWorkflows } from '../support/asked-workflows.js';
import { packageRoot } from '../../data/store/package-root.js';
import { MINUTES_PER_DAY, dayNumber } from '../../data/time/dates.js';
import { activitiesOf } from '../../workers/activities.js';
import { createThreadPool } from '../../workers/pool/thread-pool.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { Market } from '../support/provider-rig.js';
import { nifty100, startBreezeRig } from '../support/provider-rig.js';
import { packageWithShortSessions } from '../support/short-sessions.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

const DATES = { from: '2022-01-01', to: '2024-12-31' };
/** The first session of the 20 calendar days before the first window, which are fetched too. */
const HISTORY_FROM = '2021-12-12';
/** Two bars a session instead of 75: the calls are those of full sessions. */
const HOURS = '09:15-09:25';
/** From a bar to the one at the same time of the next session. */
const DAY_OF_SLOTS = 75;
const DAY_CALLS = 5_000;
const DAY_MS = 3_600_000;
/** The clock is turned to so long before midnight when the last batch of symbols begins, in which the quota ends. */
const BEFORE_MIDNIGHT_MS = 45_000;
/** Around midnight nobody calls for so long: time enough to log in. */
const MARGIN_MS = 1_000;

describe('5-minute bars of the whole universe', function () {
  this.timeout(1_500_000);

  it('take two days of the quota and end in a bundle, without anybody but for the new login', async () => {
    const shortSessions = packageWithShortSessions(HISTORY_FROM, DATES.to, HOURS);
    const temporal = await startTemporalRig();
    let midnight = Date.now() + DAY_MS - 1;
    // Days and their calls are in full, minutes are seconds; quota-rule.test.ts has both in full.
    const limits: QuotaLimits = {
      spanCalls: 4_000,
      spanMs: 20_000,
      dayCalls: DAY_CALLS,
      dayMs: DAY_MS,
      get dayOffsetMs() {
        return DAY_MS - (midnight % DAY_MS);
      },
      marginMs: MARGIN_MS,
    };
    const rig = await startBreezeRig(await marketOf(shortSessions), {
      realClock: true,
      inFile: true,
      limits,
    });
    const trainer = createTrainer({
      home: rig.home,
      packageRoot,
      accelerator: 'cpu',
      log: pino({ level: 'silent' }),
    });
    const pool = createThreadPool({ home: rig.home.root, packageRoot }, 2);
    try {
      const { meta, cpu, train } = activitiesOf({
        home: rig.home,
        packageRoot,
        trainers: [trainer],
        pool,
        shutdown: new AbortController().signal,
        pollers: () => Promise.resolve(0),
        releases: askedWorkflows(),
      });
      // Only what judges the bars must expect two a session.
      const reading = createIngestActivities({ home: rig.home, packageRoot: shortSessions });
      const fetching = createFetchActivities({
        home: rig.home,
        packageRoot: shortSessions,
        settings: () => rig.settings,
        now: Date.now,
      });
      const input: RunInputDraft = {
        ...{ runId: 'universe', source: 'breeze', interval: '5minute', ...DATES },
        // The actions that are listed are those of the real companies.
        ...{ adjust: 'none', membership: 'today', windowDays: 370, horizon: DAY_OF_SLOTS, threshold: 0.005 },
      };
      let turned = false;
      const activities = {
        ...{ ...meta, ...reading, ...cpu, ...train, ...fetching },
        planFetch: async (request: FetchRequest) => {
          if (!turned && request.batch === request.batches - 1) {
            turned = true;
            midnight = Date.now() + BEFORE_MIDNIGHT_MS;
          }
          return fetching.planFetch(request);
        },
      };
      const status = await temporal.withWorkers(
        activities,
        async () => {
          const run = await temporal.client.workflow.start(trainUniverse, {
            workflowId: workflowIds.run('universe'),
            taskQueue: 'meta',
            args: [input],
          });
          await until(() => Date.now() > midnight);
          rig.login();
          return run.result();
        },
        { trainers: 1 },
      );
      const { times, over } = rig.fake.counter;
      const first = times.filter((time) => time < midnight).length;
      expect(over).to.deep.equal({ span: 0, day: 0 });
      expect(times.length, 'more than a day has').to.be.greaterThan(DAY_CALLS);
      expect(first).to.be.within(1, DAY_CALLS);
      expect(times.length - first, 'calls of the second day').to.be.within(1, DAY_CALLS);
      expect(status.phase).to.equal('done');
      const bundle = status.bundle ?? '';
      expect(await verifyBundle(bundle)).to.have.property('ok', true);
      const { symbols } = coverageSchema.parse(
        JSON.parse(readFileSync(path.join(bundle, 'coverage.json'), 'utf8')),
      );
      expect(symbols).to.have.length(100);
      for (const { symbol, bars, missing } of symbols) {
        const truth = rig.truth(symbol, { ...DATES, interval: '5minute' });
        expect([bars, missing], symbol).to.deep.equal([truth?.time.length ?? 0, 0]);
      }
    } finally {
      await Promise.all([trainer.close(), pool.close()]);
      await rig.stop();
      await temporal.stop();
      rmSync(shortSessions, { recursive: true });
    }
  });
});

/** A random walk of every symbol that is not excluded, from its listing on, without splits. */
async function marketOf(root: string): Promise<Market> {
  const calendar = loadCalendar(root);
  const members = (await nifty100()).filter(({ exclusion }) => exclusion === null);
  return new Map(
    members.map(({ symbol, listingDate }) => {
      const from = listingDate !== null && listingDate > HISTORY_FROM ? listingDate : HISTORY_FROM;
      const sessions = [...calendar.sessionsBetween(dayNumber(from), dayNumber(DATES.to))];
      const time = sessions.flatMap((day) =>
        [...(calendar.barStarts(day) ?? [])].map((start) => day * MINUTES_PER_DAY + start),
      );
      const random = randomStream([7, symbol, 'two days']);
      let price = 1_000;
      const close = time.map(() => (price *= 1 + 0.006 * random.normal()));
      const paise = (rupees: number): number => Math.round(100 * rupees) / 100;
      const open = close.map((now, bar) => paise(close[bar - 1] ?? now));
      const column = (of: (bar: number) => number): Float64Array =>
        Float64Array.from(time, (_, bar) => of(bar));
      const [o, c] = [column((bar) => open[bar] ?? 1), column((bar) => paise(close[bar] ?? 1))];
      const series: BarSeries = {
        symbol,
        interval: '5minute',
        time: Int32Array.from(time),
        open: o,
        high: column((bar) => paise(1.001 * Math.max(o[bar] ?? 1, c[bar] ?? 1))),
        low: column((bar) => paise(0.999 * Math.min(o[bar] ?? 1, c[bar] ?? 1))),
        close: c,
        volume: column(() => random.integer(1_000, 50_000)),
      };
      return [symbol, series] as const;
    }),
  );
}
