import { expect } from 'chai';

import type { KeptBars } from '../../../data/bars/keep-sessions.js';
import { keepSessions } from '../../../data/bars/keep-sessions.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { pickBars } from '../../../data/bars/series.js';
import { intradayBars } from '../../../data/sources/synthetic/intraday-bars.js';
import { dayNumber, dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { Columns } from '../../support/bars.js';
import { calendar, dailyBars } from '../../support/bars.js';

const YEAR = { from: '2022-01-01', to: '2023-01-01' };
const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

const keep = (series: BarSeries, days = YEAR): KeptBars =>
  keepSessions(series, days, calendar, (bar) => `bar ${bar}`);
const said = ({ findings }: KeptBars): string[] =>
  findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);

/** A year of bars, with bars on other days: flat at the last close, a copy of the day before, or as any other. */
function withBars(dates: readonly string[], kind: 'flat' | 'copy' | 'traded'): BarSeries {
  return dailyBars(248, {
    spoil: (columns: Columns) => {
      for (const date of dates) {
        const at = columns.time.findIndex((minutes) => minutes > dayNumber(date) * 1440);
        columns.time.splice(at, 0, dayNumber(date) * 1440);
        for (const name of COLUMNS) {
          const before = columns[name][at - 1] ?? 0;
          const flat = name === 'volume' ? 0 : (columns.close[at - 1] ?? 0);
          columns[name].splice(at, 0, kind === 'flat' ? flat : kind === 'copy' ? before : before + 1);
        }
      }
    },
  });
}

const holidays = Array.from({ length: 365 }, (_, day) => dayNumber('2022-01-01') + day)
  .filter((day) => (day + 4) % 7 !== 0 && (day + 4) % 7 !== 6 && !calendar.isSession(day))
  .map(isoDate);

describe('keeping the bars of sessions', () => {
  it('keeps correct bars as they are', () => {
    const series = dailyBars(248);
    expect(keep(series)).to.deep.include({ series, findings: [] });
  });

  it('leaves out and counts bars on holidays and weekends, but no special session', () => {
    const series = withBars(['2022-01-26', '2022-03-06'], 'flat');
    const kept = keep(series);
    expect(kept.series).to.deep.equal(dailyBars(248));
    expect(said(kept)).to.deep.equal([
      'info closed_day: bar 17 was not a trading session of the NSE: left out',
      'info closed_day: bar 44 was not a trading session of the NSE: left out',
    ]);
    expect(kept.bars[44], 'places in the file').to.equal(46);
    const saturday = dailyBars(248, { from: '2024-01-01' });
    expect([...saturday.time].map((minutes) => isoDate(minutes / 1440))).to.include('2024-01-20');
    expect(keep(saturday, { from: '2024-01-01', to: '2025-01-01' }).series).to.equal(saturday);
  });

  it('leaves out any number of bars that an archive made up, whether they are flat or copies', () => {
    expect(holidays.length).to.be.above(10);
    for (const kind of ['flat', 'copy'] as const) {
      const kept = keep(withBars(holidays, kind));
      expect(kept.series, kind).to.deep.equal(dailyBars(248));
      expect(said(kept).at(-1)).to.equal(`info closed_day: ${holidays.length - 5} more of the same kind`);
    }
  });

  it('warns of several bars with trades, and refuses so many that the dates must be wrong', () => {
    const few = keep(withBars(holidays.slice(0, 4), 'traded'));
    expect(few.series).to.deep.equal(dailyBars(248));
    expect(said(few)[0]).to.match(/^warning closed_day: bar \d+ was not a trading session/);
    expect(said(keep(withBars(holidays.slice(0, 6), 'traded')))[0]).to.match(
      /^error not_a_session: bar 17 was not a trading session of the NSE, and neither were 5 other days/,
    );
  });

  it('leaves out the days that the run does not read, however bad their bars are', () => {
    const series = dailyBars(500);
    const spoilt = dailyBars(500, {
      spoil: (columns) => {
        columns.close[10] = -1;
        columns.time[20] = columns.time[19] ?? 0;
        columns.close[490] = NaN;
      },
    });
    const days = { from: '2022-06-01', to: '2023-06-01' };
    const wanted = Array.from(series.time.keys()).filter((bar) => {
      const date = isoDate(dayOfMinutes(series.time[bar] ?? 0));
      return date >= days.from && date < days.to;
    });
    expect(keep(spoilt, days)).to.deep.equal({
      series: pickBars(series, wanted),
      bars: wanted,
      findings: [],
    });
    const none = keep(series, { from: '2019-01-01', to: '2020-01-01' });
    expect(none.series).to.equal(null);
    expect(said(none)[0]).to.match(
      /^info outside_range: TEST: its bars, 2022-01-03 to 2024-01-\d\d, are outside of .* 2019-01-01 to 2020-01-01$/,
    );
  });

  it('keeps days outside of the calendar’s years, on which the bars of all symbols decide', () => {
    const late = dailyBars(3, {
      spoil: (columns) => {
        columns.time = ['2026-12-31', '2027-01-01', '2027-01-02'].map((date) => dayNumber(date) * 1440);
      },
    });
    expect(keep(late, { from: '2026-01-01', to: '2028-01-01' })).to.deep.include({
      series: late,
      findings: [],
    });
  });

  describe('of 5 minutes', () => {
    const whole = intradayBars(7, dailyBars(20), calendar);

    it('leaves out a few bars outside the hours, and whole closed days, one finding a day', () => {
      const days = pickBars(whole, [...Array.from({ length: 75 }, (_, bar) => bar), ...whole.time.keys()]);
      // A copy of the first day on the Saturday before, and a bar at 15:30.
      days.time.set(whole.time.subarray(0, 75).map((minutes) => minutes - 2 * 1440));
      const kept = keep(days);
      expect(kept.series).to.deep.equal(whole);
      expect(said(kept)).to.deep.equal([
        'info closed_day: bar 0 was not a trading session of the NSE: left out',
      ]);
      const late = pickBars(whole, [...whole.time.keys(), whole.time.length - 1]);
      late.time[late.time.length - 1] = (whole.time.at(-1) ?? 0) + 5;
      const cut = keep(late);
      expect(cut.series).to.deep.equal(whole);
      expect(said(cut)).to.deep.equal([
        'info outside_hours: bar 1500 has a bar outside the trading hours: left out',
      ]);
    });

    it('refuses times in another zone', () => {
      const utc = { ...whole, time: whole.time.map((minutes) => minutes - 330) };
      expect(said(keep(utc))[0]).to.match(
        /^error outside_hours: bar 0 has a bar outside the trading hours, and so do \d+ other bars/,
      );
    });
  });
});
