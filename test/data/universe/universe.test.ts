import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { InvalidInputError } from '../../../data/errors.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadUniverse, selectSymbols } from '../../../data/universe/universe.js';
import { needsNse, nseDir } from '../../support/nse.js';

describe('the universe', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-universe-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const load = async (name: string, text: string): ReturnType<typeof loadUniverse> => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return loadUniverse(file, packageRoot);
  };
  const problemsOf = async (work: Promise<unknown>): Promise<readonly string[]> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(InvalidInputError);
    return error instanceof InvalidInputError
      ? error.problems.map((one) => one.replace(`${folder}/`, ''))
      : [];
  };

  describe('nifty100', () => {
    it('has 96 traded and four excluded symbols, each with all its fields', async () => {
      const { name, members } = await loadUniverse('nifty100', packageRoot);
      expect(name).to.equal('nifty100');
      const excluded = members.filter(({ exclusion }) => exclusion !== null).map(({ symbol }) => symbol);
      expect(excluded).to.deep.equal(['ADANIGREEN', 'APLAPOLLO', 'DIXON', 'IDEA']);
      expect(members).to.have.length(100);
      for (const member of members)
        expect(Object.values({ ...member, exclusion: '' }), member.symbol).not.to.include(null);
      expect(new Set(members.map(({ isin }) => isin)).size).to.equal(100);
      expect(new Set(members.map(({ isecCode }) => isecCode)).size).to.equal(100);
      expect(members.map(({ symbol }) => symbol)).to.include.members(['M&M', 'BAJAJ-AUTO', 'LTM', 'TMPV']);
    });

    it('knows the members of other times, with what public lists say of them', async () => {
      const { members, history } = await loadUniverse('nifty100', packageRoot);
      expect(history?.known).to.deep.equal({ from: '2019-09-27', until: '2026-09-30' });
      const others = new Map(history?.others.map((member) => [member.symbol, member]));
      expect(others.size).to.equal(65);
      for (const { symbol } of members) expect(others.has(symbol), symbol).to.equal(false);
      expect(others.get('HDFC')).to.deep.equal({
        symbol: 'HDFC',
        company: 'Housing Development Finance Corporation Limited',
        industry: 'Financial Services',
        isin: 'INE001A01036',
        isecCode: 'HDFC',
        listingDate: '1996-10-23',
        exclusion: null,
      });
      expect(others.get('VAML')).to.include({ industry: null, listingDate: '2026-06-15' });
    });

    it('contains every symbol of the real bars', async function () {
      const nse = nseDir();
      needsNse(this, nse);
      const files = readdirSync(path.join(nse, 'daily')).map((file) => path.basename(file, '.csv'));
      const universe = await loadUniverse('nifty100', packageRoot);
      expect(selectSymbols(universe, files)).to.have.length(files.length);
    });
  });

  describe('of a user', () => {
    it('is not read beyond 16 MiB', async () => {
      const file = path.join(folder, 'huge.csv');
      writeFileSync(file, 'symbol\nTCS\n');
      truncateSync(file, 16 * 1_048_576 + 1);
      expect(await problemsOf(loadUniverse(file, packageRoot))).to.deep.equal([
        'universe: huge.csv is larger than 16 MiB, more than any such file needs: name another file',
      ]);
    });

    it('is a CSV file with a column symbol and optional columns; others are ignored', async () => {
      const { name, members } = await load(
        'mine.csv',
        '\uFEFFSymbol,Company Name,beta,ISIN Code,exclusion_reason\r\nTCS,,1.0,INE467B01029,\r\nM&M,Mahindra,1.1,,on leave\r\n\r\n',
      );
      expect(name).to.equal('mine');
      expect(members).to.deep.equal([
        {
          symbol: 'M&M',
          company: 'Mahindra',
          industry: null,
          isin: null,
          isecCode: null,
          listingDate: null,
          exclusion: { reason: 'on leave' },
        },
        {
          symbol: 'TCS',
          company: null,
          industry: null,
          isin: 'INE467B01029',
          isecCode: null,
          listingDate: null,
          exclusion: null,
        },
      ]);
    });

    it('is JSON: a list of symbols or members, or an object with name and members', async () => {
      for (const content of [
        ['TCS', { symbol: 'INFY' }],
        { name: 'list', members: [{ symbol: 'INFY' }, { symbol: 'TCS' }] },
      ]) {
        const { name, members } = await load('list.json', JSON.stringify(content));
        expect(name).to.equal('list');
        expect(members.map(({ symbol }) => symbol)).to.deep.equal(['INFY', 'TCS']);
      }
    });

    it('may say who was a member when, with several times for one symbol', async () => {
      const csv = await load(
        'dated.csv',
        'symbol,isin,from,to\nTCS,,2020-01-01,2021-01-01\nINFY,,,\nTCS,INE467B01029,2022-01-01,\nTCS,,2020-12-01,2021-06-01\n',
      );
      expect(csv.members.map(({ symbol, isin }) => [symbol, isin])).to.deep.equal([
        ['INFY', null],
        ['TCS', 'INE467B01029'],
      ]);
      const spans = [
        ['TCS', '2020-01-01', '2021-06-01'],
        ['TCS', '2022-01-01', null],
        ['INFY', '1900-01-01', null],
      ];
      const flat = ({ history }: typeof csv): unknown[] =>
        [...(history?.spans ?? [])].flatMap(([symbol, list]) =>
          list.map(({ from, to }) => [symbol, from, to]),
        );
      expect(flat(csv)).to.have.deep.members(spans);
      expect(csv.history).to.deep.include({ known: null, others: [] });
      const json = await load(
        'dated.json',
        JSON.stringify([
          'INFY',
          { symbol: 'TCS', from: '2020-01-01', to: '2021-06-01' },
          { symbol: 'TCS', from: '2022-01-01' },
        ]),
      );
      expect(flat(json)).to.have.deep.members(spans);
      expect((await load('plain.csv', 'symbol\nTCS\n')).history).to.equal(undefined);
      expect(
        await problemsOf(load('u.csv', 'symbol,from,to\nTCS,2022-01-01,2021-01-01\nINFY,soon,\n')),
      ).to.deep.equal([
        'u.csv:2: from: must be before to',
        'u.csv:3: from: must be an existing date, as YYYY-MM-DD',
      ]);
    });

    it('is refused with a message that names every wrong line', async () => {
      expect(
        await problemsOf(load('u.csv', 'symbol,isin\ntcs,INE467B01029\nINFY,no\nWIPRO,\n')),
      ).to.deep.equal([
        'u.csv:2: symbol: must be an NSE symbol, such as RELIANCE or M&M',
        'u.csv:3: isin: must be an ISIN, such as INE002A01018',
      ]);
      expect(await problemsOf(load('u.csv', 'ticker\nTCS\n'))).to.deep.equal([
        'u.csv:1: the header must have a column symbol; found ticker',
      ]);
      expect(await problemsOf(load('u.csv', ''))).to.match(/found an empty file/);
      expect(await problemsOf(load('u.csv', 'symbol\n'))).to.match(/contains a header but no symbols/);
      expect(await problemsOf(load('u.csv', 'symbol\nTCS\nTCS\n'))).to.deep.equal([
        'u.csv: TCS is listed more than once',
      ]);
      expect(
        await problemsOf(load('u.json', '{"name":"x","members":[{"symbol":"TCS","listed":1}]}')),
      ).to.match(/u\.json: members\.0: .*listed/);
      expect(await problemsOf(load('u.json', '{'))).to.match(/is not JSON/);
      expect(await problemsOf(loadUniverse('nifty500', packageRoot))).to.match(
        /nifty500 is neither a built-in universe \(nifty100\) nor an existing file/,
      );
    });
  });

  it('refuses more symbols than a run can take, in one message', async () => {
    const symbols = Array.from({ length: 400_000 }, (_, i) => `S${i}`);
    const text = 'contains 400000 symbols; a universe has at most 10000: split it into several files';
    expect(await problemsOf(load('u.json', JSON.stringify(symbols)))).to.deep.equal([`u.json: ${text}`]);
    const members = symbols.map((symbol) => ({ symbol }));
    expect(await problemsOf(load('v.json', JSON.stringify({ name: 'v', members })))).to.deep.equal([
      `v.json: ${text}`,
    ]);
    expect(await problemsOf(load('u.csv', `symbol\n${symbols.join('\n')}\n`))).to.deep.equal([
      `u.csv: ${text}`,
    ]);
  });

  it('names every unknown symbol and suggests a similar one', async () => {
    const universe = await loadUniverse('nifty100', packageRoot);
    expect(
      await problemsOf(
        Promise.resolve().then(() => selectSymbols(universe, ['TCS', 'RELIANC', 'QQQQ', 'M_M'])),
      ),
    ).to.deep.equal([
      'symbols: RELIANC is not in universe nifty100 (did you mean RELIANCE?)',
      'symbols: QQQQ is not in universe nifty100',
      'symbols: M_M is not in universe nifty100 (did you mean M&M?)',
    ]);
    expect(selectSymbols(universe, ['TCS', 'INFY', 'TCS']).map(({ symbol }) => symbol)).to.deep.equal([
      'INFY',
      'TCS',
    ]);
    expect(selectSymbols(universe)).to.have.length(100);
  });
});
