import { expect } from 'chai';
import fc from 'fast-check';

import { barSlots } from '../../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { cohortBounds } from '../../../activities/market/splits/splits.js';
import { admitWindow, isFailure } from '../../../activities/model/teachers/admit-window.js';
import type { SeriesCoverage } from '../../../activities/plan/windows.js';
import { MIN_KNOWN_SESSIONS, MIN_WINDOW_SESSIONS, planWindows } from '../../../activities/plan/windows.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { ENTRIES } from '../../../data/schemas/run-choices.js';
import type { PlanItem } from '../../../data/schemas/plan.js';
import { MINUTES_PER_DAY, addDays, dayNumber, dayOfMinutes, startOfDate } from '../../../data/time/dates.js';
import { LOOKBACK_BARS } from '../../../activities/market/features/lookback.js';
import { calendar } from '../../support/bars.js';

const FROM = '2022-01-01';
const INTRADAY_BARS = [0, 5, 10, 370].map((minute) => 555 + minute);

/** One symbol's bars: from a day on, up to a day, with some sessions missing. */
const symbolBars = fc.record({
  first: fc.oneof(fc.constant(-200), fc.integer({ min: -200, max: 250 })),
  length: fc.oneof(fc.constant(900), fc.integer({ min: 60, max: 500 })),
  gaps: fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 60 })), { maxLength: 3 }),
});

/** Bars on sessions: a price that swings, so that barriers are touched and nothing is constant. */
function seriesOf(
  symbol: string,
  { first, length, gaps }: typeof symbolBars extends fc.Arbitrary<infer Bars> ? Bars : never,
  interval: BarSeries['interval'],
): BarSeries {
  const start = addDays(FROM, first);
  const days = [...calendar.sessionsBetween(dayNumber(start), dayNumber(addDays(start, length)))].filter(
    (_, session) => !gaps.some(([from, missing]) => session >= from && session < from + missing),
  );
  const minutes = interval === '1day' ? [0] : INTRADAY_BARS;
  const time = Int32Array.from(
    days.flatMap((day) => minutes.map((minute) => day * MINUTES_PER_DAY + minute)),
  );
  const close = Float64Array.from(time, (at) => 100 + 8 * Math.sin(at / 4000) + 3 * Math.sin(at));
  return {
    ...{ symbol, interval, time, close },
    open: close.map((price) => price * 0.999),
    high: close.map((price) => price * 1.01),
    low: close.map((price) => price * 0.99),
    volume: Float64Array.from(time, (_, bar) => 1000 + (bar % 17)),
  };
}

/** Whether the planner's own lower limits are kept: enough sessions, and enough of them after the warm-up. */
function isLargeEnough({ time }: BarSeries, { start, end }: PlanItem): boolean {
  const sessions = (from: number): number =>
    new Set(
      Array.from(time.subarray(Math.max(from, lowerBound(time, startOfDate(start)))))
        .filter((minutes) => minutes < startOfDate(end))
        .map(dayOfMinutes),
    ).size;
  return sessions(0) >= MIN_WINDOW_SESSIONS && sessions(LOOKBACK_BARS - 1) >= MIN_KNOWN_SESSIONS;
}

describe('plan and run', () => {
  it('agree on every window: the trainer finds rows in those that are planned, and in no others that are large enough', function () {
    this.timeout(600_000);
    const seen = { trainable: 0, short: 0 };
    fc.assert(
      fc.property(
        fc.array(symbolBars, { minLength: 1, maxLength: 4 }),
        fc.constantFrom<BarSeries['interval']>('1day', '1day', '1day', '5minute'),
        fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 160 })),
        fc.record({
          label: fc.constantFrom('horizon' as const, 'triple-barrier' as const),
          entry: fc.constantFrom(...ENTRIES),
        }),
        fc.integer({ min: 60, max: 250 }),
        fc.integer({ min: 100, max: 500 }),
        (symbols, interval, horizon, kind, windowDays, days) => {
          const to = addDays(FROM, days);
          const all = symbols.map((bars, at) => seriesOf(`S${at}`, bars, interval));
          const slots = barSlots(calendar, { interval });
          const rule = { horizon, ...kind, threshold: 0.02 };
          const coverage = new Map(
            all.map(({ symbol, time }): [string, SeriesCoverage] => [
              symbol,
              { status: 'ok', reason: null, error: null, time, listed: null },
            ]),
          );
          const plan = planWindows({
            coverage,
            config: { from: FROM, to, windowDays, shardWindows: 8, ...rule },
            slots,
          });
          const used = all.map((series) => sliceBars(series, 0, lowerBound(series.time, startOfDate(to))));
          const table = buildFeatureTable(used, rule, { slots });
          for (const item of plan.items) {
            const bars = used.find(({ symbol }) => symbol === item.symbol);
            if (bars === undefined) throw new Error('no bars');
            const cohort = { id: '', start: item.start, end: item.end };
            const window = admitWindow(table, item.symbol, cohortBounds(table, cohort, { windowDays, to }));
            if (item.status === 'trainable') {
              seen.trainable += 1;
              expect(isFailure(window), `${item.symbol} ${item.start}`).to.equal(false);
            } else if (isLargeEnough(bars, item)) {
              seen.short += 1;
              expect(isFailure(window), `${item.symbol} ${item.start}: ${item.detail ?? ''}`).to.equal(true);
              expect(window).to.have.property('error', 'DataGap');
            }
          }
        },
      ),
      { numRuns: 150, seed: 14 },
    );
    expect(seen.trainable, 'planned windows').to.be.above(100);
    expect(seen.short, 'windows without rows').to.be.above(20);
  });
});
