import { expect } from 'chai';

import type { SeriesDays } from '../../../activities/ingest/twins.js';
import type { Listing, UniverseGates } from '../../../activities/ingest/universe-gates.js';
import { checkUniverse } from '../../../activities/ingest/universe-gates.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import { dayNumber } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';

const sessions = (from: string, to: string): number[] => [
  ...calendar.sessionsBetween(dayNumber(from), dayNumber(to)),
];

/** A symbol with these days, of 75 bars each. */
function symbol(name: string, days: readonly number[], bars = (_day: number): number => 75): SeriesDays {
  return {
    symbol: name,
    day: Int32Array.from(days),
    open: new Float64Array(days.length).fill(1),
    close: new Float64Array(days.length).fill(1),
    bars: Int32Array.from(days, bars),
  };
}

function check(
  series: readonly SeriesDays[],
  {
    to = '2024-12-31',
    interval = '1day',
    listings = {},
    completeUntil,
  }: {
    to?: string;
    completeUntil?: string;
    interval?: Interval;
    listings?: Readonly<Record<string, Listing>>;
  } = {},
): UniverseGates {
  return checkUniverse(series, new Map(Object.entries(listings)), {
    calendar,
    interval,
    to,
    completeUntil,
  });
}

const codes = ({ gates }: UniverseGates): string[] =>
  gates.map(({ severity, code }) => `${severity} ${code}`);
const YEAR = sessions('2024-01-01', '2025-01-01');

describe('the gates over a universe', () => {
  it('report nothing for complete bars that reach the end', () => {
    const gates = check([symbol('A', YEAR), symbol('B', YEAR)]);
    expect(gates).to.deep.include({ lastSession: '2024-12-31', until: '2024-12-31', gates: [], days: [] });
    expect([...gates.bySymbol.values()].flat()).to.deep.equal([]);
  });

  describe('find the last complete session', () => {
    it('and end there, so that no window extends into the future', () => {
      const half = sessions('2024-01-01', '2024-07-01');
      const gates = check([symbol('A', half), symbol('B', half)]);
      expect(gates).to.include({ lastSession: '2024-06-28', until: '2024-06-29' });
      expect(codes(gates)).to.deep.equal(['info ends_before_to']);
    });

    it('when no session lies between it and the end, and keep the end', () => {
      const half = sessions('2024-01-01', '2024-06-29');
      expect(check([symbol('A', half)], { to: '2024-07-01' })).to.include({ until: '2024-07-01' });
    });

    it('without a session that was not over by the clock, however many symbols have bars of it', () => {
      const today = sessions('2024-01-01', '2024-06-29');
      const all = ['A', 'B', 'C'].map((name) => symbol(name, today));
      const gates = check(all, { to: '2025-01-01', completeUntil: '2024-06-28' });
      expect(gates).to.include({ lastSession: '2024-06-27', until: '2024-06-28' });
      expect(codes(gates)).to.deep.equal(['info session_not_over', 'info incomplete_session']);
      const over = check(all, { to: '2024-06-29', completeUntil: '2024-06-29' });
      expect(over).to.deep.include({ lastSession: '2024-06-28', until: '2024-06-29', gates: [] });
    });

    it('without the bars that one symbol has of today', () => {
      const before = sessions('2024-01-01', '2024-06-28');
      const gates = check(
        ['A', 'B', 'C'].map((name) =>
          symbol(name, name === 'A' ? [...before, dayNumber('2024-06-28')] : before),
        ),
        { to: '2024-07-01' },
      );
      expect(gates).to.include({ lastSession: '2024-06-27', until: '2024-06-28' });
      expect(codes(gates)).to.include('info incomplete_session');
    });

    it('of 5-minute bars only when four fifths of it exist, also for a short evening session', () => {
      const days = sessions('2024-10-01', '2024-11-02');
      const evening = dayNumber('2024-11-01');
      const at = (bars: number): UniverseGates =>
        check([symbol('A', days, (day) => (day === evening ? bars : 75))], {
          interval: '5minute',
          to: '2024-11-02',
        });
      expect(at(12)).to.include({ lastSession: '2024-11-01', until: '2024-11-02' });
      expect(at(5)).to.include({ lastSession: '2024-10-31', until: '2024-11-01' });
    });
  });

  describe('count sessions that most symbols lack', () => {
    it('as a warning if there are few: a provider without the weekend sessions', () => {
      const all = sessions('2022-01-01', '2025-01-01');
      const weekdays = all.filter((day) => (day + 4) % 7 !== 0 && (day + 4) % 7 !== 6);
      expect(all.length - weekdays.length).to.equal(4);
      const gates = check(['A', 'B', 'C'].map((name) => symbol(name, weekdays)));
      expect(codes(gates)).to.deep.equal(['warning sessions_missing']);
      expect(gates.gates[0]?.message).to.contain('4 of 743 sessions').and.to.contain('2023-11-12 (Muhurat');
      expect(gates.days.map(({ date, missing, expected }) => [date, missing, expected])).to.deep.equal([
        ['2023-11-12', 3, 3],
        ['2024-01-20', 3, 3],
        ['2024-03-02', 3, 3],
        ['2024-05-18', 3, 3],
      ]);
    });

    it('as an error, which stops the run, if there are many', () => {
      const holes = YEAR.filter((_, at) => at % 10 !== 5);
      expect(codes(check(['A', 'B'].map((name) => symbol(name, holes))))).to.deep.equal([
        'error sessions_missing',
      ]);
      const one = check([symbol('A', holes), symbol('B', YEAR), symbol('C', YEAR)]);
      expect(codes(one), 'one symbol alone').to.deep.equal([]);
      expect(one.days).to.have.length(YEAR.length - holes.length);
    });
  });

  describe('compare how symbols begin and end', () => {
    const found = (gates: UniverseGates, name: string): string[] =>
      (gates.bySymbol.get(name) ?? []).map(({ severity, code, message }) => `${severity} ${code} ${message}`);

    it('reports one that ends before the others', () => {
      const gates = check([symbol('A', YEAR), symbol('B', YEAR), symbol('C', YEAR.slice(0, -11))]);
      expect(found(gates, 'C')[0]).to.match(/^warning ends_early C: ends on 2024-12-1\d, 11 sessions before/);
      expect(check([symbol('A', YEAR), symbol('C', YEAR.slice(0, -10))]).bySymbol.get('C')).to.deep.equal([]);
    });

    it('reports a renamed company whose bars begin with its new symbol, and names the old one', () => {
      const listed = (listingDate: string, ...formerSymbols: string[]): Listing => ({
        listingDate,
        formerSymbols,
      });
      const gates = check(
        [
          symbol('ZYDUSLIFE', YEAR.slice(60)),
          symbol('TCS', YEAR),
          symbol('LICI', YEAR.slice(60)),
          symbol('NEW', YEAR),
        ],
        {
          listings: {
            ZYDUSLIFE: listed('2000-04-18', 'CADILAHC'),
            LICI: listed(new Date((YEAR[60] ?? 0) * 86_400_000).toISOString().slice(0, 10)),
          },
        },
      );
      expect(found(gates, 'ZYDUSLIFE')[0]).to.match(
        /^warning starts_late .*60 sessions after the others, but was listed on 2000-04-18; it was traded as CADILAHC/,
      );
      expect(found(gates, 'LICI'), 'a late listing').to.deep.equal([]);
    });

    it('does not report all symbols as late because of one long history', () => {
      const long = sessions('2020-01-01', '2025-01-01');
      const old: Listing = { listingDate: '1995-01-01', formerSymbols: [] };
      const gates = check([symbol('LONG', long), symbol('A', YEAR), symbol('B', YEAR)], {
        listings: { LONG: old, A: old, B: old },
      });
      expect([...gates.bySymbol.values()].flat()).to.deep.equal([]);
    });
  });
});
