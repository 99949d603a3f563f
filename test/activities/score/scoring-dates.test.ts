import { expect } from 'chai';

import { entryBar } from '../../../activities/score/entry-bar.js';
import { scoringDates } from '../../../activities/score/scoring-dates.js';
import { loadCalendar } from '../../../data/calendar/calendar.js';
import type { Entry, Interval } from '../../../data/schemas/run-choices.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { formatBarTime } from '../../../data/bars/bar-time.js';
import { startOfDate } from '../../../data/time/dates.js';

const calendar = loadCalendar(packageRoot);
const RUN = { source: 'csv', from: '2022-01-01', to: '2023-06-30' } as const;
const at = (time: string): number => Date.parse(`${time}+05:30`);

describe('which bars are the newest', () => {
  it('those of the last session that is over', () => {
    // A Friday, before and after the close; then the Sunday after it.
    expect(scoringDates(RUN, calendar, at('2024-05-03T15:29:00'))).to.deep.equal({
      to: '2024-05-03',
      completeUntil: '2024-05-03',
      newestSession: '2024-05-02',
    });
    expect(scoringDates(RUN, calendar, at('2024-05-03T15:30:00')).newestSession).to.equal('2024-05-03');
    expect(scoringDates(RUN, calendar, at('2024-05-05T12:00:00'))).to.include({
      to: '2024-05-04',
      newestSession: '2024-05-03',
    });
  });

  it('those of a named day or before it; a day to come changes nothing', () => {
    const now = at('2024-05-05T12:00:00');
    expect(scoringDates(RUN, calendar, now, '2024-01-27')).to.deep.include({
      to: '2024-01-28',
      newestSession: '2024-01-25',
    });
    expect(scoringDates(RUN, calendar, now, '2025-01-01').newestSession).to.equal('2024-05-03');
  });

  it('all of the synthetic ones, whatever the clock says', () => {
    const synthetic = { ...RUN, source: 'synthetic' } as const;
    expect(scoringDates(synthetic, calendar, at('2022-01-01T00:00:00'))).to.deep.equal({
      to: '2024-12-31',
      newestSession: '2024-12-30',
    });
    expect(scoringDates(synthetic, calendar, 0, '2023-07-03')).to.deep.equal({
      to: '2023-07-04',
      newestSession: '2023-07-03',
    });
  });

  it('none of a day that does not exist or has no bars of the run', () => {
    expect(() => scoringDates(RUN, calendar, 0, '2023-02-29')).to.throw(/as-of: must be an existing date/);
    expect(() => scoringDates(RUN, calendar, 0, '2021-12-31')).to.throw(/begin at 2022-01-01/);
  });
});

describe('the bar of the entry', () => {
  const next = (time: string, interval: Interval, entry: Entry): string | undefined => {
    const [date = '', clock = '00:00'] = time.split('T');
    const [hour = '', minute = ''] = clock.split(':');
    const minutes = startOfDate(date) + 60 * Number(hour) + Number(minute);
    const found = entryBar(calendar, minutes, interval, { entry });
    return found === undefined
      ? undefined
      : formatBarTime(found, interval).slice(0, interval === '1day' ? 10 : 16);
  };

  it('is of the next session for daily bars, over weekends and holidays', () => {
    expect(next('2024-05-03', '1day', 'next-open')).to.equal('2024-05-06');
    // Republic Day was a Friday.
    expect(next('2024-01-25', '1day', 'next-close')).to.equal('2024-01-29');
  });

  it('is the bar itself for a trade at the close', () => {
    expect(next('2024-05-03', '1day', 'close')).to.equal('2024-05-03');
  });

  it('is the next five minutes of the session, or the first of the next one', () => {
    expect(next('2024-05-03T10:05', '5minute', 'next-open')).to.equal('2024-05-03T10:10');
    expect(next('2024-05-03T15:25', '5minute', 'next-open')).to.equal('2024-05-06T09:15');
  });
});
