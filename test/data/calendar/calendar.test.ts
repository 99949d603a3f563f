import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';
import Papa from 'papaparse';

import { extendCalendar, parseCalendar } from '../../../data/calendar/calendar.js';
import { InvalidInputError } from '../../../data/errors.js';
import { dayNumber, isoDate } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';
import { needsNse, nseDir } from '../../support/nse.js';

describe('the NSE calendar', () => {
  it('has 743 sessions in 2022–2024, and the right number in each window', () => {
    const between = (from: string, to: string): number =>
      calendar.sessionsBetween(dayNumber(from), dayNumber(to)).length;
    expect(between('2022-01-01', '2025-01-01')).to.equal(743);
    const starts = [
      '2022-01-01',
      '2022-06-30',
      '2022-12-27',
      '2023-06-25',
      '2023-12-22',
      '2024-06-19',
      '2024-12-16',
    ];
    const tiles = starts.map((start, index) => between(start, starts[index + 1] ?? '2024-12-31'));
    expect(tiles).to.deep.equal([122, 122, 122, 123, 120, 123, 10]);
  });

  it('knows special sessions on weekends and holidays on weekdays', () => {
    expect(calendar.isSession(dayNumber('2024-01-20')), 'a Saturday').to.equal(true);
    expect(calendar.special(dayNumber('2023-11-12'))?.name).to.contain('Muhurat');
    expect(calendar.isSession(dayNumber('2024-01-22')), 'a Monday').to.equal(false);
    expect(calendar.special(dayNumber('2024-01-23'))).to.equal(undefined);
  });

  it('knows the hours of ordinary, evening, split and halted sessions', () => {
    const hours = (date: string): string =>
      (calendar.hours(dayNumber(date)) ?? []).map(({ start, end }) => `${start / 60}-${end / 60}`).join(' ');
    expect(hours('2024-03-05')).to.equal('9.25-15.5');
    expect(hours('2022-10-24')).to.equal('18.25-19.25');
    expect(hours('2024-03-02')).to.equal('9.25-10 11.5-12.5');
    expect(calendar.barStarts(dayNumber('2021-02-24'))).to.have.length(29 + 15);
    expect(calendar.special(dayNumber('2021-02-24'))).to.equal(undefined);
    expect(calendar.hours(dayNumber('2026-11-08')), 'not announced').to.equal(null);
  });

  it('refuses malformed hours', () => {
    for (const wrong of ['9:15-10:00', '10:00-09:15', '09:15-10:00 09:55-12:00', '09:15'])
      expect(
        () => parseCalendar(`date,status,name,hours\n2024-03-02,special,x,${wrong}\n`, 'cal.csv'),
        wrong,
      ).to.throw(InvalidInputError, 'cal.csv:2: hours');
    expect(() => parseCalendar('date,status\n2024-03-04,hours\n', 'cal.csv')).to.throw('cal.csv:2: hours');
  });

  it('splits intervals without gap or overlap, also outside the years that it covers', () => {
    const day = fc.integer({ min: calendar.from - 400, max: calendar.to + 400 });
    fc.assert(
      fc.property(day, day, day, (a, b, c) => {
        const [from = 0, middle = 0, to = 0] = [a, b, c].sort((x, y) => x - y);
        const whole = [...calendar.sessionsBetween(from, to)];
        const parts = [...calendar.sessionsBetween(from, middle), ...calendar.sessionsBetween(middle, to)];
        expect(parts).to.deep.equal(whole);
        expect(
          whole.every((session) => session >= from && session < to && calendar.isSession(session)),
        ).to.equal(true);
        expect(calendar.sessionsBetween(to, from)).to.have.length(0);
      }),
    );
  });

  it('names every wrong line', () => {
    const text =
      'date,status,name\n2024-02-30,holiday,x\n2024-03-01,closed,y\n2024-03-04,holiday,z\n2024-03-04,special,z\n';
    expect(() => parseCalendar(text, 'cal.csv'))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .that.satisfies((problems: string[]) =>
        ['cal.csv:2: date', 'cal.csv:3: status', 'cal.csv:5: 2024-03-04'].every(
          (start, index) => problems[index]?.startsWith(start) ?? false,
        ),
      );
    expect(() => parseCalendar('', 'cal.csv')).to.throw(InvalidInputError, 'no dates');
  });

  it('is extended by sessions outside of its years; other days there are closed', () => {
    const observed = ['2019-12-31', '2027-01-04', '2027-01-05', '2026-01-01'];
    const extended = extendCalendar(calendar, observed);
    const days = [
      '2019-12-30',
      '2019-12-31',
      '2026-01-01',
      '2026-12-25',
      '2026-12-31',
      '2027-01-01',
      '2027-01-04',
    ];
    expect(days.filter((day) => extended.isSession(dayNumber(day)))).to.deep.equal([
      '2019-12-31',
      '2026-01-01',
      '2026-12-31',
      '2027-01-04',
    ]);
    expect(extended.sessions.length).to.equal(calendar.sessions.length + 3);
    expect(
      [...extended.sessionsBetween(dayNumber('2026-12-30'), dayNumber('2028-01-01'))].map(isoDate),
    ).to.deep.equal(['2026-12-30', '2026-12-31', '2027-01-04', '2027-01-05']);
    expect([isoDate(extended.from), isoDate(extended.to)]).to.deep.equal(['2019-12-31', '2027-01-06']);
    expect(extended.barStarts(dayNumber('2027-01-04'))).to.have.length(75);
    expect(extended.barStarts(dayNumber('2024-11-01'))).to.have.length(12);
    expect(extendCalendar(calendar, [])).to.equal(calendar);
  });
  it('matches the calendar of the real bars, day by day', function () {
    const folder = nseDir();
    needsNse(this, folder);
    const text = readFileSync(path.join(folder, 'nse_calendar.csv'), 'utf8');
    const rows = Papa.parse<{ date: string; status: string }>(text, {
      header: true,
      skipEmptyLines: true,
    }).data;
    const sessions = rows.filter(({ status }) => status !== 'holiday').map(({ date }) => date);
    expect([...calendar.sessions].map(isoDate)).to.deep.equal(sessions);
  });
});
