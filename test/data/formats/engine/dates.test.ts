import { expect } from 'chai';
import fc from 'fast-check';

import { isoDate } from '../../../../data/time/dates.js';
import { readBars } from '../../../support/read-bars.js';

const HEADER = 'date,open,high,low,close,volume';

describe('the order of day and month in a file', () => {
  const read = async (dates: readonly string[], dateFormat?: 'dmy' | 'mdy' | 'ymd'): Promise<string[]> => {
    const text = `${HEADER}\n${dates.map((date) => `${date},10,11,9,10.5,100\n`).join('')}`;
    const { series, findings } = await readBars(text, dateFormat === undefined ? {} : { dateFormat });
    return series === null
      ? findings.map(({ code, message }) => `${code} ${message}`)
      : [...series.time].map((time) => isoDate(time / 1440));
  };

  it('is told by a part above 12', async () => {
    expect(await read(['12/01/2023', '13/01/2023'])).to.deep.equal(['2023-01-12', '2023-01-13']);
    expect(await read(['01-12-2023', '01-13-2023'])).to.deep.equal(['2023-01-12', '2023-01-13']);
    expect(await read(['12.01.23', '13.01.23'])).to.deep.equal(['2023-01-12', '2023-01-13']);
  });

  it('is told by the sessions of the calendar, or by the order of rows', async () => {
    // 2023-03-04 was a Saturday.
    expect(await read(['03/04/2023', '05/04/2023', '06/04/2023'])).to.deep.equal([
      '2023-04-03',
      '2023-04-05',
      '2023-04-06',
    ]);
    // 1995 is before the calendar: both readings are possible days, but only one of them rises.
    expect(await read(['11/01/1995', '12/01/1995', '01/02/1995'])).to.deep.equal([
      '1995-01-11',
      '1995-01-12',
      '1995-02-01',
    ]);
  });

  it('is refused if nothing tells it, with the flag that does', async () => {
    const open = ['01/02/2023', '02/02/2023', '03/02/2023'];
    expect(await read(open)).to.deep.equal([
      'ambiguous_dates f.csv: dates such as 01/02/2023 may have the day or the month first, and the other dates leave it open: say --date-format dmy or --date-format mdy',
    ]);
    expect(await read(open, 'dmy')).to.deep.equal(['2023-02-01', '2023-02-02', '2023-02-03']);
    expect(await read(open, 'mdy')).to.deep.equal(['2023-01-02', '2023-02-02', '2023-03-02']);
    expect(await read(['23/02/01'], 'ymd')).to.deep.equal(['2023-02-01']);
  });

  it('is not told by sessions that are months apart: a bar on a closed day might be among the others', async () => {
    // In March, 7 is a Saturday; the third days of June, July, September and November are sessions.
    const days = ['03/09/2020', '03/11/2020', '03/06/2020', '03/07/2020'];
    expect((await read(days))[0]).to.match(/^ambiguous_dates/);
  });

  it('is never that of other rows: a date that does not exist in it is an error', async () => {
    const wrong = await read(['13/01/2023', '16/01/2023', '01/17/2023']);
    expect(wrong).to.deep.equal([
      'bad_timestamp f.csv:4: the date does not exist in the order of day and month of the other rows (format plain)',
    ]);
  });

  it('never turns a month of sessions into other days', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('dmy' as const, 'mdy' as const),
        async (start, count, order) => {
          const { calendar } = await import('../../../support/bars.js');
          const days = [...calendar.sessions.subarray(start, start + count)].map(isoDate);
          const texts = days.map((date) => {
            const [year = '', month = '', day = ''] = date.split('-');
            return (order === 'dmy' ? [day, month, year] : [month, day, year]).join('/');
          });
          const found = await read(texts);
          if (found[0]?.startsWith('ambiguous_dates') !== true) expect(found).to.deep.equal(days);
        },
      ),
      { numRuns: 300 },
    );
  });
});
