import { expect } from 'chai';
import fc from 'fast-check';

import type { DayRange } from '../../../data/schemas/day-range.js';
import type { ProviderResponse } from '../../../data/schemas/provider-log.js';
import type { RequestContext } from '../../../data/sources/plan-requests.js';
import { doubtfulDays } from '../../../data/sources/doubtful-days.js';
import {
  MAX_ATTEMPTS,
  planRequests,
  settledBy,
  unsettledSessions,
} from '../../../data/sources/plan-requests.js';
import { fetchableDays, sessionsIn } from '../../../data/sources/wanted-days.js';
import { dayNumber, isoDate } from '../../../data/time/dates.js';
import { calendar, dailyBars } from '../../support/bars.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';

const NOW = Date.parse('2026-03-02T15:00:00+05:30');
const SINCE = new Date(NOW).toISOString();
const YEAR: DayRange = { from: '2022-01-01', to: '2023-01-01' };
const SESSIONS = sessionsIn(calendar, YEAR);
const ALL = dailyBars(248);

function answer(change: Partial<ProviderResponse>): ProviderResponse {
  return {
    at: SINCE,
    asked: YEAR,
    code: 'TEST',
    outcome: 'bars',
    status: 200,
    sha256: null,
    bytes: 0,
    rows: 0,
    settled: null,
    added: 0,
    revised: 0,
    file: null,
    message: null,
    ...change,
  };
}

function context(change: Partial<RequestContext>): RequestContext {
  return {
    sessions: SESSIONS,
    answers: [],
    since: SINCE,
    maxSessions: 999,
    whole: false,
    excluded: false,
    ...change,
  };
}

const rangesOf = (change: Partial<RequestContext>): DayRange[] =>
  planRequests(context(change)).requests.map(({ range }) => range);

describe('planning the requests to a provider', () => {
  it('requests every session once, in ranges that fit into one response', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(240), fc.nat(100), (most, first, length) => {
        const settled = {
          from: isoDate(SESSIONS[first] ?? 0),
          to: isoDate((SESSIONS[first + length] ?? 20_000) + 1),
        };
        const answers = [answer({ settled, asked: settled })];
        const ranges = rangesOf({ maxSessions: most, answers });
        const asked = ranges.flatMap((range) => {
          const sessions = sessionsIn(calendar, range);
          expect(sessions.length).to.be.at.most(most);
          return sessions;
        });
        const missing = SESSIONS.filter((day) => isoDate(day) < settled.from || isoDate(day) >= settled.to);
        expect(new Set(asked)).to.include.all.keys(missing.length === 0 ? [asked[0]] : missing);
        expect(asked.length, 'some sessions again, to see restated bars').to.be.at.most(missing.length + 5);
      }),
      { numRuns: 60 },
    );
  });

  it('requests a year of daily bars in one call, and nothing twice', () => {
    expect(rangesOf({})).to.deep.equal([{ from: '2022-01-03', to: '2022-12-31' }]);
    expect(rangesOf({ answers: [answer({ settled: YEAR })] })).to.deep.equal([]);
  });

  it('ends with all bars that a provider has, whatever it truncates silently', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(247),
        fc.nat(247),
        fc.boolean(),
        (kept, a, b, early) => {
          // The provider has bars of some days only, and returns the first or the last few of the requested ones.
          const has = sliceBars(ALL, Math.min(a, b), Math.max(a, b) + 1);
          const answers: ProviderResponse[] = [];
          const got = new Set<number>();
          for (let calls = 0; ; calls += 1) {
            expect(calls, 'calls').to.be.below(600);
            const [range] = rangesOf({ answers, maxSessions: 100 });
            if (range === undefined) break;
            const [start, end] = [dayNumber(range.from) * 1440, dayNumber(range.to) * 1440];
            const inside = sliceBars(has, lowerBound(has.time, start), lowerBound(has.time, end));
            const count = inside.time.length;
            const given = early
              ? sliceBars(inside, 0, kept)
              : sliceBars(inside, Math.max(0, count - kept), count);
            given.time.forEach((time) => got.add(time));
            const settled =
              given.time.length === 0
                ? null
                : settledBy(given, range, {
                    sessions: SESSIONS,
                    listingDate: null,
                    whole: false,
                    nowMs: NOW,
                  });
            answers.push(answer({ asked: range, settled, outcome: settled === null ? 'empty' : 'bars' }));
          }
          expect([...got].sort((x, y) => x - y)).to.deep.equal([...has.time]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does not request days before the listing again', () => {
    const late = sliceBars(ALL, 100, 248);
    const listed = isoDate(Math.floor((late.time[0] ?? 0) / 1440) - 1);
    const of = (listingDate: string | null): DayRange =>
      settledBy(late, YEAR, { sessions: SESSIONS, listingDate, whole: false, nowMs: NOW });
    expect(of(listed).from).to.equal('2022-01-01');
    expect(of('2022-02-01').from).to.equal(isoDate(Math.floor((late.time[0] ?? 0) / 1440)));
    expect(of('1995-01-01').from).to.equal(of(null).from);
  });

  it('halves the requests after a truncated response', () => {
    const cut = answer({ outcome: 'cut' });
    expect(rangesOf({ answers: [cut], maxSessions: 200 })).to.have.length(3);
    expect(rangesOf({ answers: [cut, cut], maxSessions: 200 })).to.have.length(5);
  });

  it('requests days again that were empty before, if there are no bars at all or bars may be late', () => {
    const before = { at: '2022-12-20T12:00:00.000Z', outcome: 'empty' } as const;
    const range = { from: '2022-01-03', to: '2022-12-31' };
    expect(rangesOf({ answers: [answer({ ...before, asked: range })] })).to.deep.equal([range]);
    const bars = answer({ settled: { from: '2022-01-01', to: '2022-12-01' } });
    const later = { from: '2022-12-01', to: '2022-12-31' };
    const ranges = rangesOf({ answers: [bars, answer({ ...before, asked: later })] });
    expect(ranges).to.have.length(1);
    expect(ranges[0]?.to).to.equal('2022-12-31');
    const from = ranges[0]?.from ?? '';
    expect(from >= '2022-12-07' && from <= '2022-12-15', `requests from ${from}`).to.equal(true);
    expect(rangesOf({ answers: [bars, answer({ outcome: 'empty', asked: later })] })).to.deep.equal([]);
  });

  it('makes one request for an excluded symbol', () => {
    expect(rangesOf({ excluded: true, maxSessions: 13 })).to.have.length(1);
    const range = rangesOf({ excluded: true, maxSessions: 13 })[0] ?? YEAR;
    expect(range.to).to.equal('2022-12-31');
    expect(
      rangesOf({ excluded: true, maxSessions: 13, answers: [answer({ outcome: 'empty', asked: range })] }),
    ).to.deep.equal([]);
    const found = answer({ asked: range, settled: range });
    expect(
      rangesOf({ excluded: true, maxSessions: 13, answers: [found] }).length,
      'it has bars',
    ).to.be.greaterThan(10);
  });

  it('gives up on a range that fails repeatedly, until the next ingest', () => {
    const failures = Array.from({ length: MAX_ATTEMPTS }, () => answer({ outcome: 'down' }));
    expect(planRequests(context({ answers: failures })).requests).to.deep.equal([]);
    expect(planRequests(context({ answers: failures })).givenUp).to.have.length(1);
    expect(rangesOf({ answers: failures, since: new Date(NOW + 1).toISOString() })).to.have.length(1);
    expect(rangesOf({ answers: failures.slice(1) })).to.have.length(1);
  });

  for (const whole of [false, true])
    it(`requests a doubtful day again, but not for ever, of ${whole ? 'a whole' : 'one'} range`, () => {
      const doubtful = [{ date: '2022-03-09', why: 'two different bars of one time' }];
      const odd = answer({ asked: YEAR, settled: YEAR, doubtful });
      const day = whole ? { from: '2022-01-01', to: '2023-01-01' } : { from: '2022-03-09', to: '2022-03-10' };
      const plan = (answers: readonly ProviderResponse[], since = SINCE): unknown =>
        planRequests(context({ answers, since, whole })).requests;
      expect(plan([odd])).to.deep.equal([{ range: day, attempts: 1 }]);
      expect(plan([odd, odd])).to.deep.equal([{ range: day, attempts: 2 }]);
      expect(plan([odd, odd, odd])).to.deep.equal([]);
      const next = new Date(NOW + 1).toISOString();
      expect(plan([odd, odd, odd], next)).to.deep.equal([{ range: day, attempts: 0 }]);
      const corrected = answer({ asked: day, settled: day });
      expect(plan([odd, corrected])).to.deep.equal([]);
      expect(plan([corrected, odd]), 'it was right before').to.deep.equal([]);
      const unsettled = unsettledSessions(SESSIONS, [odd], whole);
      expect(unsettled).to.deep.equal([dayNumber('2022-03-09')]);
      expect([...doubtfulDays(unsettled, [odd])]).to.deep.equal([
        [dayNumber('2022-03-09'), 'two different bars of one time'],
      ]);
    });

  it('requests the whole range at once if a split restates the past', () => {
    const old = answer({
      asked: { from: '2021-01-01', to: '2022-06-01' },
      settled: { from: '2021-01-01', to: '2022-06-01' },
    });
    expect(rangesOf({ whole: true, answers: [old] })).to.deep.equal([
      { from: '2021-01-01', to: '2022-12-31' },
    ]);
    expect(rangesOf({ whole: true, answers: [answer({ settled: YEAR })] })).to.deep.equal([]);
  });

  it('does not request a session that is not over', () => {
    const until = (time: string): string =>
      fetchableDays({ from: '2026-01-01', to: '2027-01-01' }, calendar, Date.parse(time)).to;
    expect(until('2026-03-02T16:00:00+05:30')).to.equal('2026-03-02');
    expect(until('2026-03-02T16:31:00+05:30')).to.equal('2026-03-03');
    expect(until('2026-11-08T23:00:00+05:30'), 'hours not announced').to.equal('2026-11-08');
    expect(fetchableDays(YEAR, calendar, NOW)).to.deep.equal(YEAR);
    const evening = (time: string): string =>
      fetchableDays({ from: '2024-01-01', to: '2024-12-31' }, calendar, Date.parse(time)).to;
    expect(evening('2024-11-01T17:00:00+05:30'), 'before an evening session').to.equal('2024-11-01');
    expect(evening('2024-11-01T20:00:00+05:30'), 'an hour after it').to.equal('2024-11-02');
  });
});
