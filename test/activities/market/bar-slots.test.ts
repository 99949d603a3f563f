import { expect } from 'chai';

import { NO_SLOT, barSlots, barsAhead } from '../../../activities/market/bar-slots.js';
import { parseCalendar } from '../../../data/calendar/calendar.js';
import { MINUTES_PER_DAY, dayNumber, startOfDate } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';

const at = (...texts: string[]): Int32Array =>
  Int32Array.from(texts, (text) => {
    const [date = '', clock = '00:00'] = text.split(' ');
    const [hour = 0, minute = 0] = clock.split(':').map(Number);
    return startOfDate(date) + 60 * hour + minute;
  });
/** Slots relative to the first. */
const relative = (slot: Int32Array): number[] =>
  Array.from(slot, (own) => (own === NO_SLOT ? NO_SLOT : own - (slot[0] ?? 0)));

describe('the slots of bars', () => {
  const daily = barSlots(calendar, { interval: '1day' });
  const intraday = barSlots(calendar, { interval: '5minute' });

  it('number the sessions of daily bars, over weekends, holidays and special sessions', () => {
    // Friday, Monday, a holiday (Tuesday), Wednesday, a Saturday, then a Saturday that traded.
    const time = at('2022-02-25', '2022-02-28', '2022-03-01', '2022-03-02', '2022-03-05', '2022-03-07');
    expect(relative(daily.number(time))).to.deep.equal([0, 1, NO_SLOT, 2, NO_SLOT, 5]);
    expect(relative(daily.number(at('2024-01-19', '2024-01-20', '2024-01-23')))).to.deep.equal([0, 1, 2]);
    expect([
      daily.isSession(dayNumber('2022-03-01')),
      daily.isSession(dayNumber('2022-03-02')),
    ]).to.deep.equal([false, true]);
    const [first = 0] = daily.number(time);
    expect(daily.before(dayNumber('2022-02-25'), time)).to.equal(first);
    expect(daily.before(dayNumber('2022-03-03'), time)).to.equal(first + 3);
  });

  it('count observed sessions outside of the calendar’s years, and no other days there', () => {
    const observed = barSlots(calendar, {
      interval: '1day',
      observedSessions: ['2019-12-30', '2019-12-31', '2027-01-04'],
    });
    const time = at('2019-12-29', '2019-12-30', '2019-12-31', '2020-01-01', '2026-12-31', '2027-01-04');
    const [closed, ...known] = observed.number(time);
    expect(closed).to.equal(NO_SLOT);
    const sessions = calendar.sessions.length;
    expect(known).to.deep.equal([0, 1, 2, sessions + 1, sessions + 2]);
    expect(observed.key).not.to.equal(daily.key);
  });

  it('count every day with a bar there where no observed sessions are listed', () => {
    const time = at('2019-12-25', '2019-12-31', '2020-01-01', '2026-12-31', '2027-03-05');
    const sessions = calendar.sessions.length;
    expect([...daily.number(time)]).to.deep.equal([0, 1, 2, sessions + 1, sessions + 2]);
  });

  it('number the bar starts of 5-minute bars over sessions', () => {
    const time = at(
      '2022-02-28 09:15',
      '2022-02-28 09:25',
      '2022-02-28 15:25',
      '2022-02-28 15:30',
      '2022-03-01 09:15',
      '2022-03-02 09:15',
    );
    expect(relative(intraday.number(time))).to.deep.equal([0, 2, 74, NO_SLOT, NO_SLOT, 75]);
    // Diwali: one hour in the evening, twelve bars.
    const evening = at('2022-10-21 15:25', '2022-10-24 18:15', '2022-10-24 19:10', '2022-10-25 09:15');
    expect(relative(intraday.number(evening))).to.deep.equal([0, 1, 12, 13]);
  });

  it('are the symbol’s own bars in a session whose hours are not announced', () => {
    const own = at(
      '2026-11-06 15:25',
      '2026-11-08 18:15',
      '2026-11-08 18:25',
      '2026-11-09 09:15',
      '2026-11-09 09:20',
    );
    expect(relative(intraday.number(own))).to.deep.equal([0, 1, 2, 3, 4]);
    const none = own.filter((minutes) => Math.floor(minutes / MINUTES_PER_DAY) !== dayNumber('2026-11-08'));
    expect(relative(intraday.number(none))).to.deep.equal([0, 1, 2]);
    const after = dayNumber('2026-11-10');
    expect(intraday.before(after, own) - intraday.before(after, none)).to.equal(2);
  });

  it('have another key for another calendar', () => {
    const text = (holiday: string): string => `date,status,name,hours\n${holiday},holiday,A,\n`;
    const key = (holiday: string): string =>
      barSlots(parseCalendar(text(holiday), 'c.csv'), { interval: '1day' }).key;
    expect(key('2022-03-01')).to.equal(key('2022-03-01'));
    expect(key('2022-03-01')).not.to.equal(key('2022-03-02'));
  });
});

describe('the bar some slots ahead', () => {
  it('is the one in exactly that slot', () => {
    const slot = Int32Array.of(0, 1, 3, NO_SLOT, 4, 6);
    expect([...barsAhead(slot, 1)]).to.deep.equal([1, -1, 4, -1, -1, -1]);
    expect([...barsAhead(slot, 3)]).to.deep.equal([2, 4, 5, -1, -1, -1]);
  });
});
