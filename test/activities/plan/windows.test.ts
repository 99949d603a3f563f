import { expect } from 'chai';
import fc from 'fast-check';

import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import type { SeriesCoverage } from '../../../activities/plan/windows.js';
import { planWindows, tileWindows } from '../../../activities/plan/windows.js';
import { InvalidInputError } from '../../../data/errors.js';
import { ENTRIES } from '../../../data/schemas/run-choices.js';
import type { Plan, PlanItem } from '../../../data/schemas/plan.js';
import { planSchema } from '../../../data/schemas/plan.js';
import { MINUTES_PER_DAY, addDays, dayNumber, isoDate, startOfDate } from '../../../data/time/dates.js';
import { needsNse, nseDir, readNseBars, readNseListings } from '../../support/nse.js';

const labels = { horizon: 5, threshold: 0.02 };
const config = { from: '2022-01-01', to: '2024-12-31', windowDays: 180, shardWindows: 256, ...labels };
const slots = ADJACENT_SLOTS;

/** Daily bars on every calendar day of `[from, to)`. */
function daily(from: string, to: string): Int32Array {
  const first = dayNumber(from);
  return Int32Array.from({ length: dayNumber(to) - first }, (_, day) => (first + day) * MINUTES_PER_DAY);
}

function covered(time: Int32Array, more: Partial<SeriesCoverage> = {}): SeriesCoverage {
  return { status: 'ok', reason: null, error: null, time, listed: null, ...more };
}

const isoDates = fc.integer({ min: 15_000, max: 21_000 }).map(isoDate);

describe('windows of an index', () => {
  it('are planned for who was a member at their start', () => {
    const time = daily('2021-01-01', '2025-01-01');
    const excluded = { status: 'excluded', reason: 'no bars' } as const;
    const left = [{ from: '1900-01-01', to: '2022-06-30' }];
    const coverage = new Map([
      ['ALWAYS', covered(time)],
      ['LATE', covered(time, { membership: [{ from: '2022-07-01', to: null }] })],
      // It leaves within its window, and keeps it to the end.
      ['LEFT', covered(time, { membership: [{ from: '2020-03-19', to: '2022-01-02' }] })],
      ['ONCE', covered(new Int32Array(0), { ...excluded, membership: left })],
      ['NEVER', covered(time, { membership: [] })],
    ]);
    const plan = planWindows({ coverage, config: { ...config, to: '2022-12-27' }, slots });
    expect(
      plan.items.map(({ symbol, start, status, reason }) => [symbol, start, reason ?? status]),
    ).to.deep.equal([
      ['ALWAYS', '2022-01-01', 'trainable'],
      ['LATE', '2022-01-01', 'not_member'],
      ['LEFT', '2022-01-01', 'trainable'],
      ['NEVER', '2022-01-01', 'not_member'],
      ['ONCE', '2022-01-01', 'excluded'],
      ['ALWAYS', '2022-06-30', 'trainable'],
      ['LATE', '2022-06-30', 'not_member'],
      ['LEFT', '2022-06-30', 'not_member'],
      ['NEVER', '2022-06-30', 'not_member'],
      ['ONCE', '2022-06-30', 'not_member'],
    ]);
    expect(plan.skipped).to.deep.equal({ not_member: 6, excluded: 1 });
    const details = new Map(plan.items.map(({ symbol, detail }) => [symbol, detail]));
    expect(details.get('LATE')).to.equal('member from 2022-07-01');
    expect(details.get('LEFT')).to.equal('member from 2020-03-19 to 2022-01-02');
    expect(details.get('ONCE')).to.equal('member to 2022-06-30');
    expect(details.get('NEVER')).to.equal('never a member');
    expect(plan.cohorts.map(({ shards }) => shards.flat())).to.deep.equal([['ALWAYS', 'LEFT'], ['ALWAYS']]);
  });
});

describe('tileWindows', () => {
  it('makes seven tiles of 180 days from three years', () => {
    const tiles = tileWindows('2022-01-01', '2024-12-31', 180);
    expect(tiles).to.have.length(7);
    expect(tiles[0]).to.deep.equal({ start: '2022-01-01', end: '2022-06-30' });
    expect(tiles[6]).to.deep.equal({ start: '2024-12-16', end: '2024-12-31' });
  });

  it('covers every day once, except for a tail shorter than a week', () => {
    fc.assert(
      fc.property(
        isoDates,
        fc.integer({ min: 7, max: 2000 }),
        fc.integer({ min: 7, max: 400 }),
        (from, days, windowDays) => {
          const to = addDays(from, days);
          const tiles = tileWindows(from, to, windowDays);
          expect(tiles[0]?.start).to.equal(from);
          tiles.forEach(({ start, end }, index) => {
            expect(start < end).to.equal(true);
            const next = tiles[index + 1];
            if (next !== undefined) {
              expect(next.start).to.equal(end);
              expect(dayNumber(end) - dayNumber(start)).to.equal(windowDays);
            }
          });
          const left = dayNumber(to) - dayNumber(tiles.at(-1)?.end ?? from);
          expect(left).to.be.within(0, 6);
        },
      ),
    );
  });

  it('omits a tail of six days and plans one of seven', () => {
    expect(tileWindows('2022-01-01', '2022-02-06', 30)).to.have.length(1);
    expect(tileWindows('2022-01-01', '2022-02-07', 30)).to.have.length(2);
  });

  it('rejects windows of zero days and too short ranges, and names the field', () => {
    expect(() => tileWindows('2022-01-01', '2022-06-01', 0)).to.throw(InvalidInputError, /window-days/);
    expect(() => tileWindows('2022-01-01', '2022-01-05', 30)).to.throw(InvalidInputError, /2022-01-05/);
    expect(() => tileWindows('2022-06-01', '2022-01-01', 30)).to.throw(InvalidInputError);
  });
});

describe('planWindows', () => {
  it('puts every bar in one window, and its counts add up', () => {
    const status = fc.constantFrom('ok', 'ok', 'ok', 'no_bars', 'excluded', 'refused' as const);
    const series = fc.record({
      status,
      first: fc.integer({ min: 0, max: 900 }),
      length: fc.integer({ min: 0, max: 900 }),
      listed: fc.option(isoDates),
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), series, { minKeys: 1, maxKeys: 12 }),
        fc.integer({ min: 7, max: 400 }),
        fc.integer({ min: 1, max: 5 }),
        (universe, windowDays, shardWindows) => {
          const from = '2022-01-01';
          const to = '2023-12-25';
          const coverage = new Map(
            Object.entries(universe).map(([symbol, { status: state, first, length, listed }]) => {
              const start = addDays('2021-06-01', first);
              const time = state === 'ok' ? daily(start, addDays(start, length)) : new Int32Array(0);
              const error = state === 'refused' ? ('BadSchema' as const) : null;
              return [symbol, covered(time, { status: state, error, listed })];
            }),
          );
          const plan = planSchema.parse(
            planWindows({ coverage, config: { from, to, windowDays, shardWindows, ...labels }, slots }),
          );
          const sum = (counts: Readonly<Record<string, number>>): number =>
            Object.values(counts).reduce((total, count) => total + count, 0);
          expect(plan.windows).to.equal(plan.items.length);
          expect(plan.trainable + sum(plan.skipped) + sum(plan.failed)).to.equal(plan.windows);

          const inShards = plan.cohorts.flatMap(({ start, shards }) =>
            shards.flat().map((symbol) => `${start} ${symbol}`),
          );
          const trainable = plan.items.filter((item) => item.status === 'trainable');
          expect(inShards).to.deep.equal(trainable.map((item) => `${item.start} ${item.symbol}`));
          const shards = plan.cohorts.flatMap((cohort) => cohort.shards);
          expect(plan.shards).to.equal(shards.length);
          for (const cohort of plan.cohorts) {
            const sizes = cohort.shards.map((shard) => shard.length);
            if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(1);
            expect(sizes.every((size) => size >= 1 && size <= shardWindows)).to.equal(true);
          }

          const keys = plan.items.map((item) => `${item.start} ${item.symbol}`);
          expect(keys).to.deep.equal([...keys].sort());
          const planned = plan.items.at(-1)?.end ?? from;
          for (const [symbol, { time }] of coverage) {
            const inRange = time.filter((t) => t >= startOfDate(from) && t < startOfDate(planned)).length;
            const mine = plan.items.filter((item) => item.symbol === symbol);
            expect(mine.reduce((total, { bars }) => total + bars, 0)).to.equal(inRange);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reports why a window is not trained', () => {
    const year = { ...config, to: '2022-12-27', shardWindows: 8 };
    const plan = planWindows({
      coverage: new Map([
        ['LATE', covered(daily('2022-06-01', '2022-12-27'), { listed: '2022-05-31' })],
        ['WRONGLIST', covered(daily('2021-01-01', '2022-12-27'), { listed: '2023-08-01' })],
        ['SPARSE', covered(daily('2021-01-01', '2022-02-09'), { listed: '2005-01-01' })],
        [
          'BANNED',
          covered(daily('2021-01-01', '2022-12-27'), {
            status: 'excluded',
            reason: 'no bars at the provider',
          }),
        ],
        ['EMPTY', covered(new Int32Array(0), { status: 'no_bars' })],
        [
          'BROKEN',
          covered(new Int32Array(0), { status: 'refused', error: 'WrongTicker', reason: 'equals TCS' }),
        ],
      ]),
      config: year,
      slots,
    });
    const reported = plan.items.map(({ symbol, status, reason, detail }) => [symbol, status, reason, detail]);
    expect(reported.slice(0, 6)).to.deep.equal([
      ['BANNED', 'skipped', 'excluded', 'no bars at the provider'],
      ['BROKEN', 'failed', 'WrongTicker', 'equals TCS'],
      ['EMPTY', 'skipped', 'no_bars', 'the source has no bars of this symbol'],
      ['LATE', 'skipped', 'not_listed', 'listed 2022-05-31, 29 bars'],
      ['SPARSE', 'skipped', 'insufficient_data', '39 bars'],
      ['WRONGLIST', 'trainable', null, null],
    ]);
    expect(plan.skipped).to.deep.equal({ insufficient_data: 2, not_listed: 1, excluded: 2, no_bars: 2 });
    expect(plan.failed).to.deep.equal({ WrongTicker: 2 });
  });

  it('does not mistake missing history for a late listing', () => {
    const coverage = new Map([['OLD', covered(daily('2022-06-01', '2022-12-27'), { listed: '1995-02-08' })]]);
    const [first] = planWindows({ coverage, config: { ...config, to: '2022-06-30' }, slots }).items;
    expect(first).to.include({ status: 'skipped', reason: 'insufficient_data', bars: 29 });
  });

  it('skips a window whose rows are nearly all warm-up, or come too late to try a shrinkage on', () => {
    const planned = (listed: string): PlanItem[] =>
      planWindows({
        coverage: new Map([
          ['NEW', covered(daily(listed, '2022-12-27'), { listed })],
          ['OLD', covered(daily('2021-06-01', '2022-12-27'))],
        ]),
        config: { ...config, to: '2022-12-27' },
        slots,
      }).items.filter(({ symbol }) => symbol === 'NEW');
    const detailOf = (listed: string): string | null => planned(listed)[0]?.detail ?? null;
    expect(detailOf('2022-04-12')).to.equal(
      'listed 2022-04-12, 79 bars, only 19 sessions with the 61 bars of history that features need',
    );
    // Of 180 sessions the last 45 are for validation: a label of 5 bars on day 129 is known before them.
    expect(detailOf('2022-03-12')).to.equal(
      'listed 2022-03-12, 110 bars, only 0 rows to select on and 45 to fit have features and a label, 5 bars ahead, known in time',
    );
    expect(planned('2022-03-11').map(({ status }) => status)).to.deep.equal(['trainable', 'trainable']);
  });

  it('skips the windows of a horizon that leaves no labels', () => {
    const plan = (horizon: number): Plan =>
      planWindows({
        coverage: new Map([['A', covered(daily('2021-06-01', '2022-12-27'))]]),
        config: { ...config, to: '2022-06-30', horizon },
        slots,
      });
    expect(plan(134)).to.include({ trainable: 1 });
    expect(plan(135)).to.deep.include({ trainable: 0, skipped: { insufficient_data: 1 } });
    expect(plan(135).items[0]?.detail).to.equal(
      '180 bars, only 0 rows to select on and 45 to fit have features and a label, 135 bars ahead, known in time',
    );
  });

  it('counts the labels that stay unknown, and no others', () => {
    const bars = daily('2021-06-01', '2022-07-10');
    const hole = startOfDate('2022-03-10');
    const time = bars.filter((minutes) => minutes !== hole);
    const days = { ...ADJACENT_SLOTS, number: (of: Int32Array) => of.map((minutes) => minutes / 1440) };
    const at = (horizon: number): PlanItem | undefined =>
      planWindows({
        coverage: new Map([['A', covered(time)]]),
        config: { ...config, to: '2022-06-30', horizon },
        slots: { ...days, before: (day) => day },
      }).items[0];
    expect(at(5)).to.include({ status: 'trainable', bars: 179, unknownLabels: 1 });
    expect(at(5)?.end).to.equal('2022-06-30');
    const whole = planWindows({
      coverage: new Map([['A', covered(bars)]]),
      config: { ...config, to: '2022-06-30' },
      slots: { ...days, before: (day) => day },
    }).items[0];
    expect(whole).not.to.have.property('unknownLabels');
  });

  it('counts sessions, not bars, for intraday series', () => {
    const bars = (sessions: number): Int32Array =>
      Int32Array.from(
        Array.from(daily('2022-01-03', addDays('2022-01-03', sessions))).flatMap((day) =>
          Array.from({ length: 75 }, (_, bar) => day + 555 + 5 * bar),
        ),
      );
    const plan = (sessions: number): string | null =>
      planWindows({
        coverage: new Map([['A', covered(bars(sessions), { listed: '2000-01-01' })]]),
        config: { ...config, to: '2022-06-30' },
        slots,
      }).items[0]?.detail ?? null;
    expect(plan(39)).to.equal('2925 bars in 39 sessions');
    expect(plan(40)).to.equal(null);
  });
});

describe('planWindows on real bars', () => {
  let lici: [string, SeriesCoverage][] = [];
  let throughout: [string, SeriesCoverage][] = [];

  before(function () {
    const folder = nseDir();
    needsNse(this, folder);
    const all = readNseListings(folder).map(({ symbol, listed }): [string, SeriesCoverage] => [
      symbol,
      covered(readNseBars(folder, symbol).time, { listed }),
    ]);
    lici = all.filter(([symbol]) => symbol === 'LICI');
    throughout = all.filter(([symbol]) => symbol !== 'LICI');
  });

  it('plans 252 windows for any 36 symbols listed throughout, 216 trainable', function () {
    this.timeout(300_000);
    expect(throughout).to.have.length(45);
    fc.assert(
      fc.property(fc.shuffledSubarray(throughout, { minLength: 36, maxLength: 36 }), (chosen) => {
        const plan = planWindows({ coverage: new Map(chosen), config, slots });
        expect(plan).to.include({ windows: 252, trainable: 216 });
        expect(plan.skipped).to.deep.equal({ insufficient_data: 36 });
        expect(plan.cohorts).to.have.length(7);
      }),
      { numRuns: 10 },
    );
    for (const entry of ENTRIES) {
      const everything = planWindows({ coverage: new Map(throughout), config: { ...config, entry }, slots });
      expect(everything, entry).to.include({ windows: 315, trainable: 270 });
    }
  });

  it('plans 210 windows for 29 symbols and LICI, 179 trainable', () => {
    const coverage = new Map([...throughout.slice(0, 29), ...lici]);
    for (const entry of ENTRIES)
      expect(planWindows({ coverage, config: { ...config, entry }, slots }), entry).to.include({
        windows: 210,
        trainable: 179,
      });
    const plan = planWindows({ coverage, config, slots });
    expect(plan.skipped).to.deep.equal({ insufficient_data: 30, not_listed: 1 });
    const unlisted = plan.items.find(({ reason }) => reason === 'not_listed');
    expect(unlisted).to.deep.equal({
      symbol: 'LICI',
      start: '2022-01-01',
      end: '2022-06-30',
      status: 'skipped',
      reason: 'not_listed',
      detail: 'listed 2022-05-17, 32 bars',
      bars: 32,
    });
  });
});
