import { readdirSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import type { BarSeries } from '../../../data/bars/series.js';
import type { JudgedSeries } from '../../../data/bars/judge-series.js';
import { judgeSeries } from '../../../data/bars/judge-series.js';
import { loadActions } from '../../../data/actions/load-actions.js';
import type { CorporateAction } from '../../../data/schemas/corporate-action.js';
import { intradayBars } from '../../../data/sources/synthetic/intraday-bars.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayNumber, isoDate } from '../../../data/time/dates.js';
import type { Columns } from '../../support/bars.js';
import { calendar, dailyBars, splitFrom } from '../../support/bars.js';
import { needsNse, nseDir, readNseBars } from '../../support/nse.js';

const check = (series: BarSeries, actions: readonly CorporateAction[] = []): JudgedSeries =>
  judgeSeries(series, {
    calendar,
    days: { from: '2019-01-01', to: '2027-01-01' },
    actions,
    rule: 'all',
    listingDate: null,
    place: (bar) => `f.csv:${bar + 2}`,
  });
const codes = (validation: JudgedSeries): string[] =>
  validation.findings.map(({ severity, code }) => `${severity} ${code}`);
const spoilt = (spoil: (columns: Columns) => void, bars = 100): JudgedSeries =>
  check(dailyBars(bars, { spoil }));
const dateOf = (series: BarSeries, bar: number): string => isoDate((series.time[bar] ?? 0) / 1440);

describe('validating a series', () => {
  it('finds nothing in correct bars', () => {
    expect(check(dailyBars(300)).findings).to.deep.equal([]);
  });

  it('finds any single invalid value, with its line', () => {
    const column = fc.constantFrom(
      'open' as const,
      'high' as const,
      'low' as const,
      'close' as const,
      'volume' as const,
    );
    const bad = fc.constantFrom(NaN, Infinity, -1);
    fc.assert(
      fc.property(column, fc.nat(99), bad, (name, bar, value) => {
        const [finding] = spoilt((columns) => {
          columns[name][bar] = value;
        }).findings;
        expect(finding?.severity).to.equal('error');
        expect(finding?.code).to.equal(value === -1 ? 'not_positive' : 'not_a_number');
        expect(finding?.message).to.match(new RegExp(`^f\\.csv:${bar + 2}: 2022-`));
      }),
    );
  });

  it('finds any two swapped bars and any duplicate bar', () => {
    fc.assert(
      fc.property(fc.nat(98), fc.nat(98), (a, b) => {
        const found = spoilt(({ time }) => {
          const [from, to] = [time[a] ?? 0, time[b + 1] ?? 0];
          time[a] = to;
          time[b + 1] = from;
        });
        const twin = spoilt(({ time }) => {
          time[a + 1] = time[a] ?? 0;
        });
        if (a !== b + 1) expect(codes(found)).to.include('error out_of_order');
        expect(codes(twin)).to.deep.equal(['error duplicate_bar']);
        expect(twin.findings[0]?.message).to.contain(`first at f.csv:${a + 2}`);
      }),
    );
  });

  it('distinguishes rounding from a price outside its range', () => {
    const outside = (excess: number): string[] =>
      codes(
        spoilt(({ high, close }) => {
          close[50] = (high[50] ?? 0) * (1 + excess);
        }),
      );
    expect(outside(0.001)).to.deep.equal(['info rounded_prices']);
    expect(outside(0.02)).to.deep.equal(['error ohlc_inconsistent']);
  });

  it('refuses a price of zero', () => {
    expect(codes(spoilt(({ low }) => (low[3] = 0)))).to.deep.equal(['error not_positive']);
  });

  describe('against the calendar', () => {
    it('counts exactly the sessions that are missing', () => {
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 98 }), { maxLength: 60 }), (dropped) => {
          const found = spoilt((columns) => {
            for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const)
              columns[name] = columns[name].filter((_, bar) => !dropped.includes(bar));
          });
          expect(found.missingSessions).to.equal(dropped.length);
          const severity = dropped.length > 2 ? 'warning' : 'info';
          expect(codes(found)).to.deep.equal(dropped.length === 0 ? [] : [`${severity} missing_sessions`]);
        }),
      );
    });

    it('warns about one bar on a Sunday, and refuses dates that are shifted by a day', () => {
      const sunday = spoilt((columns) => {
        columns.time[9] = (columns.time[9] ?? 0) + 1440;
      });
      expect(calendar.isSession((dailyBars(10).time[9] ?? 0) / 1440 + 1)).to.equal(false);
      expect(codes(sunday)).to.have.members(['info closed_day', 'info missing_sessions']);
      expect(sunday.series?.time, 'left out').to.have.length(99);
      const shifted = spoilt((columns) => {
        columns.time = columns.time.map((minutes) => minutes - 1440);
      });
      expect(shifted.findings[0]?.code).to.equal('not_a_session');
      expect(shifted.findings[0]?.severity).to.equal('error');
      expect(shifted.findings[0]?.message).to.match(
        /and neither were \d+ other days\. Did another time zone shift the dates\?/,
      );
    });

    it('refuses 5-minute bars in another time zone, and counts incomplete sessions', () => {
      const bars = (start: number, perDay: number): BarSeries => {
        const days = dailyBars(10);
        const time = [...days.time].flatMap((day) =>
          Array.from({ length: perDay }, (_, slot) => day + start + slot * 5),
        );
        const flat = (value: number): Float64Array => new Float64Array(time.length).fill(value);
        const prices = { open: flat(10), high: flat(11), low: flat(9), close: flat(10), volume: flat(5) };
        return { symbol: 'TEST', interval: '5minute', time: Int32Array.from(time), ...prices };
      };
      expect(codes(check(bars(555, 75)))).to.deep.equal([]);
      expect(codes(check(bars(555, 70)))).to.deep.equal(['warning thin_sessions']);
      expect(codes(check(bars(225, 75)))).to.include('error outside_hours');
    });

    it('warns if the price stops changing, and refuses a series if it does for a month', () => {
      const stale = (from: number): JudgedSeries =>
        spoilt(({ open, high, low, close }) => {
          for (const column of [open, high, low, close]) column.fill(100, from);
        });
      expect(codes(stale(94))).to.deep.equal(['warning stale_tail']);
      expect(codes(stale(79))).to.deep.equal(['error stale_tail']);
    });

    it('refuses a series in which most sessions are missing', () => {
      const bars = dailyBars(200);
      const kept = Array.from(bars.time.keys()).filter((bar) => bar < 60 || bar > 180);
      const sparse: BarSeries = {
        ...bars,
        time: Int32Array.from(kept, (bar) => bars.time[bar] ?? 0),
        open: Float64Array.from(kept, (bar) => bars.open[bar] ?? 0),
        high: Float64Array.from(kept, (bar) => bars.high[bar] ?? 0),
        low: Float64Array.from(kept, (bar) => bars.low[bar] ?? 0),
        close: Float64Array.from(kept, (bar) => bars.close[bar] ?? 0),
        volume: Float64Array.from(kept, (bar) => bars.volume[bar] ?? 0),
      };
      expect(codes(check(sparse))).to.include('error missing_sessions');
    });

    it('accepts 5-minute bars of short and evening sessions, and counts missing bars', () => {
      const days = dailyBars(20, { from: '2024-10-21' });
      expect(codes(check(intradayBars(7, days, calendar)))).to.deep.equal([]);
      const { time, ...prices } = intradayBars(7, days, calendar);
      // The evening session of 2024-11-01, 18:00 to 19:00, moved to the afternoon.
      const shifted = time.map((minutes) =>
        Math.floor(minutes / 1440) === dayNumber('2024-11-01') ? minutes - 4 * 60 : minutes,
      );
      const found = check({ ...prices, time: shifted });
      expect(codes(found)).to.include('warning outside_hours');
      expect(found.series?.time, 'left out').to.have.length(time.length - 12);
      expect(found.missingSessions, 'and the session with them').to.equal(1);
    });
  });

  describe('for volumes', () => {
    const usual = (factor: number): JudgedSeries =>
      check(
        dailyBars(300, {
          spoil: (columns) => {
            columns.volume = columns.volume.map((shares, bar) => (bar < 150 ? shares : shares * factor));
          },
        }),
      );

    it('warns about a change of the unit, and refuses a large one, up or down', () => {
      expect(codes(usual(10))).to.deep.equal([]);
      expect(codes(usual(25))).to.deep.equal(['warning volume_step']);
      expect(codes(usual(1000))).to.deep.equal(['error volume_step']);
      expect(codes(usual(1 / 1000))).to.deep.equal(['error volume_step']);
      expect(usual(1000).findings[0]?.message).to.match(/rises by a factor of 1\d\d\d around 2022-08-1/);
    });

    it('warns about bars without volume, and refuses a series with little volume', () => {
      const without = (bars: number): JudgedSeries => spoilt(({ volume }) => void volume.fill(0, 0, bars));
      expect(codes(without(1))).to.deep.equal(['info zero_volume']);
      expect(codes(without(10))).to.deep.equal(['warning zero_volume']);
      expect(codes(without(60))).to.deep.equal(['error zero_volume']);
    });
  });

  describe('for price jumps', () => {
    const split = (factor: number): BarSeries =>
      dailyBars(100, { spoil: (columns) => splitFrom(columns, 50, factor) });

    it('refuses an unknown split, warns about an unknown small bonus, and accepts both if they are known', () => {
      for (const [factor, severity] of [
        [10, 'error'],
        [2, 'error'],
        [4 / 3, 'warning'],
      ] as const) {
        const series = split(factor);
        const found = check(series);
        expect(codes(found)).to.deep.equal([`${severity} unexplained_jump`]);
        expect(found.findings[0]?.message).to.match(/^f\.csv:52: 2022-.* has a price jump of −\d/);
        const known = { exDate: dateOf(series, 50), priceFactor: factor, kind: 'split' };
        expect(codes(check(series, [known]))).to.deep.equal([]);
      }
    });

    it('widens its limits with the sessions without a bar, and takes no rise after a long gap for a split', () => {
      /** Bars with a gap of some sessions, after which the price is another. */
      const gap = (sessions: number, ratio: number): string[] => {
        const series = dailyBars(300, {
          spoil: (columns) => {
            splitFrom(columns, 99 + sessions, 1 / ratio);
            for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const)
              columns[name].splice(100, sessions - 1);
          },
        });
        return codes(check(series)).filter((code) => !code.endsWith('missing_sessions'));
      };
      const [warning, error] = [['warning unexplained_jump'], ['error unexplained_jump']];
      expect(gap(1, 1.15)).to.deep.equal([]);
      expect(gap(1, 1.3)).to.deep.equal(warning);
      expect(gap(1, 2.21)).to.deep.equal(error);
      // CGPOWER, 2021-09-16 to 2022-01-04.
      expect(gap(76, 2.21)).to.deep.equal(warning);
      expect(gap(76, 1.5)).to.deep.equal([]);
      expect(gap(76, 4)).to.deep.equal(warning);
      expect(gap(76, 1 / 2)).to.deep.equal(warning);
      expect(gap(76, 1 / 10)).to.deep.equal(error);
    });

    it('refuses bars if only an early part is adjusted already', () => {
      // Adjusted up to bar 40, raw from there to the split at bar 70.
      const mix = dailyBars(100, {
        spoil: (columns) => {
          splitFrom(columns, 70, 5);
          splitFrom(columns, 40, 1 / 5);
          for (const name of ['open', 'high', 'low', 'close'] as const)
            columns[name] = columns[name].map((price) => price / 5);
        },
      });
      const split5 = { exDate: dateOf(mix, 70), priceFactor: 5, kind: 'split 5:1' };
      const found = check(mix, [split5]);
      expect(codes(found)).to.include('error adjustment_mix');
      expect(found.findings[0]?.message).to.match(/price jump of \+\d{3}\.\d %.* the size of the split 5:1/);
    });

    it('refuses an action that the bars do not show, since they are adjusted already or its date is wrong', () => {
      const plain = dailyBars(100);
      const action = { exDate: dateOf(plain, 50), priceFactor: 5, kind: 'split 5:1' };
      const found = check(plain, [action]);
      expect(codes(found)).to.deep.equal(['error action_does_not_fit']);
      expect(found.findings[0]?.message).to.match(
        /do not show the split 5:1 of .* \(factor 5\)\. If the bars are adjusted already, use --adjust none/,
      );
      const late = split(5);
      expect(codes(check(late, [{ ...action, exDate: dateOf(late, 53) }]))).to.have.members([
        'error action_does_not_fit',
        'error unexplained_jump',
      ]);
      const outside = [
        { ...action, exDate: '2019-05-02' },
        { ...action, exDate: '2026-05-04' },
      ];
      expect(codes(check(plain, outside)), 'actions before and after the bars').to.deep.equal([]);
    });
  });

  describe('on the real bars', () => {
    it('refuses no series, and finds each split that is missing from the actions', async function () {
      const folder = nseDir();
      needsNse(this, folder);
      const actions = (await loadActions({ home: new Home('/nowhere'), packageRoot })).actions;
      for (const file of readdirSync(path.join(folder, 'daily'))) {
        const symbol = path.basename(file, '.csv');
        const series = readNseBars(folder, symbol);
        const last = dateOf(series, series.time.length - 1);
        const own = actions.filter((action) => action.symbol === symbol && action.exDate <= last);
        const complete = check(series, own);
        expect(
          codes(complete).filter((code) => code.startsWith('error')),
          symbol,
        ).to.deep.equal([]);
        for (const action of own) {
          const found = check(
            series,
            own.filter((one) => one !== action),
          ).findings.filter(
            ({ code, message }) => code === 'unexplained_jump' && message.includes(action.exDate),
          );
          const size = Math.log(action.priceFactor);
          // The demerger, −9 %, and a bonus of 1:4 are as small as ordinary overnight moves.
          const expected = size > 0.5 ? ['error'] : size > 0.24 ? ['warning'] : undefined;
          if (expected !== undefined)
            expect(
              found.map(({ severity }) => severity),
              `${symbol} ${action.exDate}`,
            ).to.deep.equal(expected);
        }
      }
    });

    it('counts the gaps of ADANIPOWER', function () {
      const folder = nseDir();
      needsNse(this, folder);
      const found = check(readNseBars(folder, 'ADANIPOWER'));
      expect(found.missingSessions).to.equal(206);
      expect(found.findings[0]?.message).to.contain(
        '206 of 1243 sessions have no bar, in 5 gap(s). The longest gap has 67 session(s)',
      );
    });
  });
});
