import { expect } from 'chai';

import { findingCount } from '../../../data/bars/findings.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { isoDate } from '../../../data/time/dates.js';
import { intradayBars } from '../../../data/sources/synthetic/intraday-bars.js';
import { calendar, dailyBars } from '../../support/bars.js';
import { barText, readBars } from '../../support/read-bars.js';

const HEADER = 'timestamp,open,high,low,close,volume';

describe('joining the rows of a symbol', () => {
  const [, ...rows] = seriesText(dailyBars(300)).trimEnd().split('\n');
  const file = (some: readonly string[]): string => `${[HEADER, ...some].join('\n')}\n`;
  const codes = ({ findings }: Awaited<ReturnType<typeof readBars>>): string[] =>
    findings.map(({ severity, code }) => `${severity} ${code}`);

  it('sorts any order of chunks, uses equal doubles once, and knows the place of each bar', async () => {
    const read = await readBars({
      'b.csv': file([...rows.slice(150)].reverse()),
      'a.csv': file([...rows.slice(100, 200), ...rows.slice(0, 100)]),
    });
    expect(read.series).to.deep.equal(dailyBars(300));
    expect(codes(read)).to.deep.equal(['info doubled_bars']);
    expect(read.findings[0]?.message).to.match(
      /^TEST: 50 bar\(s\) occur twice .* a\.csv:52 repeats b\.csv:151$/,
    );
    expect([read.place(0), read.place(299)]).to.deep.equal(['a.csv:102', 'b.csv:2']);
  });

  it('leaves out a day with conflicting bars, and stops the symbol above 1 % of the days', async () => {
    const other = (row: string): string => row.replace(/,[^,]+$/, ',7');
    const few = await readBars(file([...rows, ...rows.slice(10, 13).map(other)]));
    expect(few.series?.time).to.have.length(297);
    expect([...(few.series?.time ?? [])]).not.to.include(dailyBars(300).time[11]);
    expect(codes(few)).to.deep.equal(Array.from({ length: 3 }, () => 'warning conflicting_bars'));
    expect(few.findings[0]?.message).to.equal(
      'f.csv:302: differs from the bar of the same time at f.csv:12. The day is left out',
    );
    const many = await readBars(file([...rows, ...rows.slice(10, 14).map(other)]));
    expect(many.series).to.equal(null);
    expect(codes(many)).to.deep.equal(Array.from({ length: 4 }, () => 'error conflicting_bars'));
  });

  it('does not judge rows of days that are not needed', async () => {
    const days = { from: '2022-01-01', to: '2022-12-01' };
    const bad = [
      '1996-01-02,0,0,0,x,1',
      '1996-01-03,1,1,1,,',
      '1997-01-01,1,1,1,1,1',
      '1997-01-01,2,2,2,2,2',
    ];
    const read = await readBars(file([...bad, ...rows, '2030-01-01,x,x,x,x,x']), { days });
    expect(read.findings).to.deep.equal([]);
    expect(isoDate((read.series?.time.at(-1) ?? 0) / 1440)).to.equal('2022-11-30');
    const none = await readBars(file(bad.slice(2)), { days });
    expect(none.findings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'outside_range TEST: all 2 bars are outside of the days that the run reads, 2022-01-01 to 2022-11-30',
    ]);
  });

  it('names every kind of trouble of a file at once, with line, format and what was expected', async () => {
    const read = await readBars(
      file([
        '2022-01-03,10,11,9,10.5,100',
        '2022-01-04,10,11,9,12x,100',
        '2022-02-30,10,11,9,10,100',
        'soon,10,11,9,10,100',
        '2022-01-05,10,11,9',
        '2022-01-06,1,275,1,290,9,10,100',
        '2022-01-07T10:00,10,11,9,10,100',
        '2022-01-10T10:00,10,11,9,10,100',
      ]),
    );
    expect(read.series).to.equal(null);
    expect(read.findings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'bad_row f.csv:3: close is 12x, not a number (format plain)',
      'bad_timestamp f.csv:4: 2022-02-30 is not a time: expected a time such as 2022-01-03, 2022-01-03T09:15:00, 03-Jan-2022 or 03/01/2022 (format plain)',
      'bad_timestamp f.csv:5: soon is not a time: expected a time such as 2022-01-03, 2022-01-03T09:15:00, 03-Jan-2022 or 03/01/2022 (format plain)',
      'bad_row f.csv:6: has 4 cells, but the header has 6. Was the file cut off? (format plain)',
      'bad_row f.csv:7: has 8 cells, but the header has 6. Are there thousands commas without quotes? (format plain)',
      'other_interval f.csv:8: 2022-01-07 10:00 is not the time of a daily bar, which is 00:00, 09:15 or 15:30. Is the file in another time zone, or does it have bars of another interval?',
      'other_interval f.csv:9: 2022-01-10 10:00 is not the time of a daily bar, which is 00:00, 09:15 or 15:30. Is the file in another time zone, or does it have bars of another interval?',
    ]);
    const flood = await readBars(`${HEADER}\n${'2022-01-03,a,b,c,d,e\n'.repeat(300)}`);
    expect(flood.findings).to.have.length(6);
    expect(flood.findings.reduce((sum, { message }) => sum + findingCount(message), 0)).to.equal(300);
    expect(findingCount('12 more like it'), 'as earlier versions wrote it').to.equal(12);
  });

  it('leaves out a header that is repeated, and rows that lack a value, with a warning up to 1 %', async () => {
    const repeated = await readBars(file([...rows.slice(0, 5), HEADER, ...rows.slice(5)]));
    expect(repeated.series).to.deep.equal(dailyBars(300));
    expect(codes(repeated)).to.deep.equal(['info blank_rows']);
    const lacking = (count: number): Promise<Awaited<ReturnType<typeof readBars>>> =>
      readBars(file(rows.map((row, at) => (at > 9 && at < 10 + count ? row.replace(/,[^,]+$/, ',') : row))));
    expect(codes(await lacking(3))).to.deep.equal(['warning incomplete_rows']);
    expect((await lacking(3)).series?.time).to.have.length(297);
    expect(codes(await lacking(4))).to.deep.equal(['error incomplete_rows']);
  });

  describe('with times within the day', () => {
    const bars = intradayBars(7, dailyBars(4), calendar);
    const [, ...minutes] = seriesText(bars).trimEnd().split('\n');
    const read = (some: readonly string[], stamps?: 'start' | 'end'): ReturnType<typeof readBars> =>
      readBars(file(some), { interval: '5minute', ...(stamps === undefined ? {} : { stamps }) });
    const shifted = (some: readonly string[], by: number): string[] =>
      some.map((row) => {
        const [stamp = '', ...cells] = row.split(',');
        const time = new Date(Date.parse(stamp) + by * 60_000 + 330 * 60_000).toISOString().slice(0, 19);
        return [time, ...cells].join(',');
      });

    it('refuses bars that are stamped with their end, and shifts them if the user says so', async () => {
      const ends = shifted(minutes, 5);
      const refused = await read(ends);
      expect(refused.series).to.equal(null);
      expect(refused.findings.map(({ message }) => message)).to.deep.equal([
        'TEST: on 4 of 4 days there is a bar at 15:30 and none at 09:15: the bars are stamped with their end. Say --stamps end',
      ]);
      expect((await read(ends, 'end')).series).to.deep.equal(bars);
      expect(codes(await read(minutes, 'end'))).to.deep.equal(['error start_stamps']);
      expect((await read(minutes)).series).to.deep.equal(bars);
    });

    it('asks where each day has a bar at 09:15 and one at 15:30', async () => {
      const auction = (time: string): string[] =>
        [...new Set(minutes.map((row) => row.slice(0, 10)))].map((day) => `${day}T${time}:00,50,50,50,50,1`);
      const before = [...shifted(minutes, 5), ...auction('09:15')];
      const after = [...minutes, ...auction('15:30')];
      for (const rows of [before, after]) {
        const refused = await read(rows);
        expect(refused.series).to.equal(null);
        expect(refused.findings.map(({ message }) => message).join()).to.match(
          /^TEST: on 4 of 4 days .* do not tell whether .* Say --stamps start or --stamps end/,
        );
      }
      const closes = ({ series }: Awaited<ReturnType<typeof readBars>>): number[] =>
        Array.from(series?.close ?? []).filter((price) => price !== 50);
      expect(closes(await read(before, 'end'))).to.deep.equal(Array.from(bars.close));
      expect(closes(await read(after, 'start'))).to.deep.equal(Array.from(bars.close));
    });

    it('refuses days of both kinds in one series', async () => {
      const long = seriesText(intradayBars(7, dailyBars(8), calendar))
        .trimEnd()
        .split('\n')
        .slice(1);
      const mixed = await read([...long.slice(0, 300), ...shifted(long.slice(300), 5)]);
      expect(codes(mixed)).to.deep.equal(['error end_stamps']);
      expect(mixed.findings[0]?.message).to.match(/on 4 of 8 days .*, and on the others with their start$/);
    });

    it('makes bars of five minutes from bars of one minute, stamped with start or end', async () => {
      const ones = Array.from({ length: 375 }, (_, at) => {
        const of = 555 + at;
        const time = `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;
        return `2022-01-03T${time}:00+05:30,${100 + at},${102 + at},${98 - (at % 5)},${101 + at},${at}`;
      });
      for (const [some, stamps] of [
        [ones, undefined],
        [shifted(ones, 1), 'end'],
      ] as const) {
        const { series, place, findings } = await read(some, stamps);
        expect(series?.time).to.have.length(75);
        expect(series === null ? [] : [barText(series, 0), barText(series, -1)]).to.deep.equal([
          '2022-01-03T09:15:00+05:30 100 106 94 105 10',
          '2022-01-03T15:25:00+05:30 470 476 94 475 1860',
        ]);
        expect([place(0), place(1)]).to.deep.equal(['f.csv:2', 'f.csv:7']);
        expect(findings.map(({ code }) => code)).to.deep.equal(['resampled']);
      }
    });

    it('refuses bars of other lengths, and files without times', async () => {
      const quarter = minutes.filter((_, at) => at % 3 === 0);
      expect((await read(quarter)).findings[0]?.message).to.equal(
        'TEST: its bars are 15 minutes apart. Bars of 5 minutes are needed, or of 1 minute',
      );
      expect((await read(rows)).findings[0]?.message).to.equal(
        'f.csv: has no time of day. Is this a file of daily bars?',
      );
      expect(codes(await readBars(file(minutes)))[0]).to.equal('error other_interval');
    });

    it('converts times of any zone that is named', async () => {
      const utc = minutes.map((row) => {
        const [stamp = '', ...cells] = row.split(',');
        return [new Date(Date.parse(stamp)).toISOString(), ...cells].join(',');
      });
      expect((await read(utc)).series).to.deep.equal(bars);
    });
  });

  it('takes daily bars at any time that means their date', async () => {
    const stamps = [
      '2022-01-03',
      '2022-01-03 00:00:00',
      '2022-01-03T09:15:00+05:30',
      '2022-01-03T15:30:00',
      '2022-01-03T03:45:00Z',
      '2022-01-02T18:30:00+00:00',
      '2022-01-03T00:00:00+00:00',
      '1641181500',
      '1641168000000',
      '20220103',
      '44564',
      '44564.385416666664',
      'Mon 03 Jan 2022',
      'January 3, 2022',
      '3-Jan-22',
    ];
    for (const stamp of stamps) {
      const { series, findings } = await readBars(`${HEADER}\n"${stamp}",10,11,9,10.5,100\n`);
      expect(series === null ? findings : isoDate((series.time[0] ?? 0) / 1440), stamp).to.equal(
        '2022-01-03',
      );
    }
    for (const stamp of [
      '2022-01-02 18:30:00',
      '2022-01-03 03:45:00',
      '2022-01-03 05:30:00',
      '2022-01-03 09:20',
    ])
      expect(codes(await readBars(`${HEADER}\n${stamp},10,11,9,10.5,100\n`)), stamp).to.deep.equal([
        'error other_interval',
      ]);
  });
});
