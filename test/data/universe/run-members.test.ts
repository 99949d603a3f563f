import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { InvalidInputError } from '../../../data/errors.js';
import { isMember, isMemberWithin, spansOf } from '../../../data/universe/membership.js';
import type { RunMembers } from '../../../data/universe/run-members.js';
import { openRunUniverse, settleMembers } from '../../../data/universe/run-members.js';
import type { RunInputDraft } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { addDays, dayNumber, isoDate } from '../../../data/time/dates.js';
import { rejection } from '../../support/rejection.js';

describe('the members of a run', () => {
  let folder: string;
  let home: Home;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-members-'));
    home = new Home(path.join(folder, 'home'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const csv = { source: 'csv', bars: '/bars' } as const;
  const settle = (draft: RunInputDraft): Promise<RunMembers> =>
    settleMembers(runInputSchema.parse(draft), { packageRoot, home });
  const symbolsOf = ({ members }: RunMembers): string[] => members.map(({ symbol }) => symbol);
  const own = (text: string, name = 'own.csv'): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  describe('of nifty100', () => {
    const membershipAt = async (): Promise<(symbol: string, date: string) => boolean> => {
      const config = runInputSchema.parse({ ...csv, membership: 'point-in-time' });
      const { membershipOf } = await openRunUniverse(config, { packageRoot, home });
      return (symbol, date) => isMember(membershipOf(symbol), date);
    };

    it('are 100 companies on every day that the list knows', async () => {
      const isIn = await membershipAt();
      const config = runInputSchema.parse({ ...csv, from: '2000-01-01', to: '2030-01-01' });
      const all = symbolsOf(await settleMembers(config, { packageRoot, home }));
      expect(all).to.have.length(163);
      for (let day = dayNumber('2019-09-27'); day <= dayNumber('2026-10-31'); day += 1) {
        const date = isoDate(day);
        const members = all.filter((symbol) => isIn(symbol, date));
        // Tata Motors was in the index with two shares.
        const companies = members.filter((symbol) => symbol !== 'TATAMTRDVR');
        expect(companies.length, date).to.equal(100);
      }
    });

    it('are those that public lists of a date name', async () => {
      const isIn = await membershipAt();
      const changes: readonly (readonly [string, string, string | null])[] = [
        ['ABB', '2023-03-31', null],
        ['ABBOTINDIA', '2020-06-26', '2021-09-30'],
        ['ETERNAL', '2022-03-31', null],
        ['HDFC', '2019-09-27', '2023-07-13'],
        ['LICI', '2022-08-08', '2026-03-30'],
        ['ADANIENSOL', '2020-03-19', null],
      ];
      for (const [symbol, from, to] of changes) {
        expect(isIn(symbol, from), symbol).to.equal(true);
        if (symbol !== 'HDFC') expect(isIn(symbol, addDays(from, -1)), symbol).to.equal(false);
        if (to === null) continue;
        expect(isIn(symbol, addDays(to, -1)), symbol).to.equal(true);
        expect(isIn(symbol, to), symbol).to.equal(false);
      }
      // Before and after the dates of the list, the nearest of its lists holds.
      expect(isIn('HDFC', '2010-01-01')).to.equal(true);
      expect(isIn('ABB', '2031-01-01')).to.equal(true);
      // Spin-offs that were beside the 100 for days are left out for those.
      expect(isIn('JIOFIN', '2023-08-21')).to.equal(false);
      expect(isIn('ITCHOTELS', '2025-01-29')).to.equal(false);
    });

    it('are the union over the dates of a run with real bars, and the given list for synthetic ones', async () => {
      const real = await settle(csv);
      expect(real.membership).to.equal('point-in-time');
      expect(real.members).to.have.length(132);
      expect(symbolsOf(real)).to.include.members(['HDFC', 'PAYTM', 'ABB', 'LTM', 'TMPV', 'ZYDUSLIFE']);
      expect(symbolsOf(real)).not.to.include('BSE');
      expect(symbolsOf(await settle({ ...csv, from: '2025-01-01', to: '2026-10-01' }))).to.include('BSE');
      const week = await settle({ ...csv, from: '2023-07-13', to: '2023-07-20' });
      expect(week.members).to.have.length(100);
      expect(symbolsOf(week)).not.to.include('HDFC');
      const synthetic = await settle({});
      expect([synthetic.membership, synthetic.members.length]).to.deep.equal(['today', 100]);
      expect(symbolsOf(synthetic)).to.include('APLAPOLLO');
      expect((await settle({ ...csv, membership: 'today' })).members).to.have.length(100);
      expect((await settle({ membership: 'point-in-time' })).members).to.have.length(132);
    });

    it('are taken as given where they are named, under any name, past members too', async () => {
      const named = await settle({
        ...csv,
        symbols: ['LTI', 'ZOMATO', 'MCDOWELL-N', 'TATAMOTORS', 'TCS', 'HDFC'],
      });
      expect(named.membership).to.equal('today');
      expect(symbolsOf(named)).to.deep.equal(['ETERNAL', 'HDFC', 'LTM', 'TCS', 'TMPV', 'UNITDSPR']);
      expect([...named.renamed]).to.deep.equal([
        ['LTI', 'LTM'],
        ['ZOMATO', 'ETERNAL'],
        ['MCDOWELL-N', 'UNITDSPR'],
        ['TATAMOTORS', 'TMPV'],
      ]);
      expect((await settle({ ...csv, symbols: ['HDFC'], membership: 'point-in-time' })).membership).to.equal(
        'point-in-time',
      );
      const { problems } = await rejection(settle({ symbols: ['ZOMAT'] }), InvalidInputError);
      expect(problems).to.deep.equal(['symbols: ZOMAT is not in universe nifty100']);
    });

    it('settle as themselves', async () => {
      for (const draft of [{}, csv, { ...csv, symbols: ['LTI', 'TCS'] }]) {
        const once = await settle(draft);
        const symbols = 'symbols' in draft ? { symbols: symbolsOf(once) } : {};
        const twice = await settle({ ...draft, ...symbols, membership: once.membership });
        expect([twice.membership, twice.members]).to.deep.equal([once.membership, once.members]);
      }
    });

    it('are warned of outside of the dates that are known', async () => {
      const findings = async (draft: RunInputDraft): Promise<readonly string[]> => {
        const config = runInputSchema.parse({ ...csv, membership: 'point-in-time', ...draft });
        return (await openRunUniverse(config, { packageRoot, home })).findings.map(({ message }) => message);
      };
      expect(await findings({})).to.deep.equal([]);
      expect(await findings({ from: '2019-09-27', to: '2026-10-01' })).to.deep.equal([]);
      expect(await findings({ from: '2019-01-01', to: '2026-12-01' })).to.deep.equal([
        'the members of nifty100 are known from 2019-09-27 on: before, those of that day are taken',
        'the last known change of nifty100 is that of 2026-09-30: later ones are not taken into account',
      ]);
      expect(await findings({ from: '2019-01-01', membership: 'today' })).to.deep.equal([]);
    });

    it('are found after the home learnt another rename, also by a list from before', async () => {
      const renamed = {
        symbol: 'ETERNALX',
        company: null,
        isin: 'INE758T01015',
        listingDate: null,
        isecCode: null,
        formerSymbols: ['ETERNAL', 'ZOMATO'],
      };
      await writeJson(home.symbolMaster(), { lists: [], records: [renamed] });
      const run = await settle(csv);
      expect(symbolsOf(run)).to.include('ETERNALX').and.not.include('ETERNAL');
      const config = runInputSchema.parse({ ...csv, membership: run.membership });
      const { select, membershipOf } = await openRunUniverse(config, { packageRoot, home });
      expect(select(['ETERNAL', 'TCS']).map(({ symbol, isecCode }) => [symbol, isecCode])).to.deep.equal([
        ['ETERNAL', 'ZOMLIM'],
        ['TCS', 'TCS'],
      ]);
      expect(membershipOf('ZOMATO')).to.deep.equal([{ from: '2022-03-31', to: null }]);
    });
  });

  describe('of a universe of the user', () => {
    it('are taken as given, under the newest symbols', async () => {
      const universe = own('symbol,company\nZOMATO,Zomato\nTCS,\nETERNAL,\n');
      const run = await settle({ ...csv, universe });
      expect(run.membership).to.equal('today');
      expect(run.members.map(({ symbol, company }) => [symbol, company])).to.deep.equal([
        ['ETERNAL', 'Zomato'],
        ['TCS', null],
      ]);
      const { findings, membershipOf } = await openRunUniverse(
        runInputSchema.parse({ ...csv, universe, membership: 'today' }),
        { packageRoot, home },
      );
      expect(findings).to.deep.equal([
        {
          severity: 'info',
          code: 'former_symbols',
          message: 'universe own: ZOMATO is ETERNAL today, and treated as such',
        },
      ]);
      expect(membershipOf('TCS')).to.equal(undefined);
      const { problems } = await rejection(
        settle({ ...csv, universe, membership: 'point-in-time' }),
        InvalidInputError,
      );
      expect(problems).to.deep.equal([
        'membership: the universe own does not say who was a member when: give it the columns from and to, or take today',
      ]);
    });

    it('have its dates, for synthetic bars too, joined across renames', async () => {
      const universe = own(
        'symbol,from,to\nLTI,2020-09-25,2022-12-05\nLTIM,2022-12-05,2024-01-01\nTCS,,\nINFY,2025-01-01,\n',
      );
      const run = await settle({ universe, from: '2022-01-01', to: '2023-01-01' });
      expect([run.membership, ...symbolsOf(run)]).to.deep.equal(['point-in-time', 'LTM', 'TCS']);
      const config = runInputSchema.parse({ universe, membership: 'point-in-time' });
      const { membershipOf } = await openRunUniverse(config, { packageRoot, home });
      expect(membershipOf('LTM')).to.deep.equal([{ from: '2020-09-25', to: '2024-01-01' }]);
      expect(symbolsOf(await settle({ universe, membership: 'today' }))).to.deep.equal(['INFY', 'TCS']);
      expect((await settle({ universe, symbols: ['INFY'] })).membership).to.equal('point-in-time');
      const gone = own('symbol,from,to\nTCS,2001-01-01,2002-01-01\n', 'gone.csv');
      expect((await rejection(settle({ universe: gone }), InvalidInputError)).problems).to.deep.equal([
        'universe: gone has no member from 2022-01-01 to 2024-12-31',
      ]);
      expect(
        (await rejection(settle({ universe: gone, membership: 'today' }), InvalidInputError)).problems,
      ).to.deep.equal(['universe: gone has no member of today: all of its dates end']);
    });
  });

  it('are those of the rows of a list, in any order and however they overlap', () => {
    const day = fc.integer({ min: 18_000, max: 18_060 });
    const row = fc
      .record({
        symbol: fc.constantFrom('A', 'B'),
        from: fc.option(day),
        days: fc.option(fc.integer({ min: 1, max: 30 })),
      })
      .map(({ symbol, from, days }) => ({
        symbol,
        from: from === null ? null : isoDate(from),
        to: days === null ? null : isoDate((from ?? 18_000) + days),
      }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), day, day, (rows, a, b) => {
        const spans = spansOf(rows);
        const listed = (symbol: string, date: string): boolean =>
          rows.some(
            (one) => one.symbol === symbol && (one.from ?? '') <= date && (one.to === null || date < one.to),
          );
        for (const symbol of ['A', 'B']) {
          const own = spans.get(symbol) ?? [];
          expect(isMember(own, isoDate(a))).to.equal(listed(symbol, isoDate(a)));
          const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
          const days = Array.from({ length: to - from }, (_, index) => isoDate(from + index));
          expect(isMemberWithin(own, isoDate(from), isoDate(to))).to.equal(
            days.some((date) => listed(symbol, date)),
          );
          own.slice(1).forEach(({ from: start }, index) => {
            expect((own[index]?.to ?? '9') < start).to.equal(true);
          });
        }
      }),
    );
  });
});
