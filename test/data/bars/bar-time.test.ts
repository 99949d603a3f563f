import { expect } from 'chai';
import fc from 'fast-check';

import { formatBarTime, parseBarTime } from '../../../data/bars/bar-time.js';
import { dayNumber } from '../../../data/time/dates.js';

const day = dayNumber('2022-01-03') * 1440;

describe('bar times', () => {
  it('are parsed as they were formatted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 0, max: 287 }), (date, slot) => {
        const daily = date * 1440;
        const intraday = daily + slot * 5;
        expect(parseBarTime(formatBarTime(daily, '1day'), '1day')).to.deep.equal({ minutes: daily });
        expect(parseBarTime(formatBarTime(intraday, '5minute'), '5minute')).to.deep.equal({
          minutes: intraday,
        });
      }),
    );
  });

  for (const text of [
    '2022-01-03',
    '2022-01-03 00:00:00',
    '2022-01-03T09:15:00+05:30',
    '2022-01-03T09:15+0530',
    '2022-01-03T00:00:00.000+05:30',
  ])
    it(`accept ${text} as the time of a daily bar`, () =>
      expect(parseBarTime(text, '1day')).to.deep.equal({ minutes: day }));

  for (const [text, code] of [
    ['2022-01-03T00:00:00Z', 'other_timezone'],
    ['2022-01-02T18:30:00+00:00', 'other_timezone'],
    ['2022-01-02 18:30:00', 'other_interval'],
    ['2022-01-03 03:45:00', 'other_interval'],
    ['2022-02-29', 'bad_timestamp'],
    ['03-01-2022', 'bad_timestamp'],
    ['2022-01-03T25:00', 'bad_timestamp'],
    ['2022-01-03T09:15:30', 'bad_timestamp'],
    ['1641186900', 'bad_timestamp'],
    ['', 'bad_timestamp'],
  ] as const)
    it(`refuse ${text === '' ? 'an empty cell' : text} as ${code}`, () =>
      expect(parseBarTime(text, '1day')).to.include({ code }));

  it('refuse dates and odd minutes for 5-minute bars', () => {
    expect(parseBarTime('2022-01-03', '5minute')).to.include({ code: 'other_interval' });
    expect(parseBarTime('2022-01-03 09:17', '5minute')).to.include({ code: 'other_interval' });
    expect(parseBarTime('2022-01-03 09:20', '5minute')).to.deep.equal({ minutes: day + 560 });
  });
});
