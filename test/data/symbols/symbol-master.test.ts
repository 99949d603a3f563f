import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { SymbolRecord } from '../../../data/schemas/symbol-master.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import {
  loadReferenceSymbols,
  loadSymbolMaster,
  mergeRecords,
  symbolMasterOf,
} from '../../../data/symbols/symbol-master.js';
import { loadUniverse } from '../../../data/universe/universe.js';

const record = (symbol: string, isin: string | null, rest: Partial<SymbolRecord> = {}): SymbolRecord => ({
  symbol,
  company: null,
  industry: null,
  isin,
  listingDate: null,
  isecCode: null,
  formerSymbols: [],
  ...rest,
});

describe('symbol master', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-symbols-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('knows the code of every member of the universe, which usually differs from the symbol', async () => {
    const { members } = await loadUniverse('nifty100', packageRoot);
    const master = symbolMasterOf(await loadReferenceSymbols(packageRoot));
    for (const { symbol, isecCode, isin } of members) {
      expect(master.isecCode(symbol), symbol).to.equal(isecCode);
      expect(master.find(symbol)?.isin, symbol).to.equal(isin);
    }
    expect(master.records.filter(({ symbol, isecCode }) => symbol === isecCode)).to.have.length(24);
    expect(new Set(master.records.map(({ isecCode }) => isecCode)).size).to.equal(master.records.length);
  });

  it('finds renamed companies under both names', async () => {
    const master = symbolMasterOf(await loadReferenceSymbols(packageRoot));
    expect(master.isecCode('CADILAHC')).to.equal('CADHEA');
    expect(master.find('TATAMOTORS')?.symbol).to.equal('TMPV');
    expect(master.find('LTI')?.symbol).to.equal('LTM');
    expect(master.isecCode('NO-SUCH')).to.equal(null);
  });

  it('prefers a current symbol to an equal former one', () => {
    const master = symbolMasterOf([
      record('NEW', 'INE000A01011', { formerSymbols: ['USED'] }),
      record('USED', 'INE000B01019'),
    ]);
    expect(master.find('USED')?.isin).to.equal('INE000B01019');
  });

  it('merges refreshed records over the reference list by ISIN', async () => {
    const home = new Home(folder);
    const renamed = record('TITANNEW', 'INE280A01028', { isecCode: 'TITNEW' });
    await writeJson(home.symbolMaster(), { lists: [], records: [renamed] });
    const master = await loadSymbolMaster(packageRoot, home);
    expect(master.find('TITAN')).to.deep.include({
      symbol: 'TITANNEW',
      isecCode: 'TITNEW',
      company: 'Titan Company Limited',
      formerSymbols: ['TITAN'],
    });
    expect(master.isecCode('TCS')).to.equal('TCS');
  });

  it('keeps values that a refreshed list does not have', () => {
    const [merged] = mergeRecords(
      [record('A', 'INE000A01011', { isecCode: 'AA', formerSymbols: ['OLD'] })],
      [record('A', 'INE000A01011', { formerSymbols: ['OLDER'] })],
    );
    expect(merged).to.deep.include({ isecCode: 'AA', formerSymbols: ['OLDER', 'OLD'] });
  });

  it('knows a share after its ISIN changed, and one without ISIN by any of its names', () => {
    const merged = mergeRecords(
      [
        record('SPLIT', 'INE000A01011', { formerSymbols: ['OLD'] }),
        record('TAKEN', 'INE111A01011', { formerSymbols: ['GONE'] }),
        record('BARE', null, { formerSymbols: ['BEFORE'], company: 'Bare Limited' }),
      ],
      [
        record('SPLIT', 'INE000A01029'),
        record('TAKEN', 'INE222B01019'),
        record('NOW', 'INE333C01017', { formerSymbols: ['BEFORE'] }),
      ],
    );
    expect(merged.map(({ symbol, isin, formerSymbols }) => [symbol, isin, ...formerSymbols])).to.deep.equal([
      ['NOW', 'INE333C01017', 'BEFORE', 'BARE'],
      ['SPLIT', 'INE000A01029', 'OLD'],
      // Two companies, one after the other, under one symbol.
      ['TAKEN', 'INE111A01011', 'GONE'],
      ['TAKEN', 'INE222B01019'],
    ]);
    expect(merged[0]?.company).to.equal('Bare Limited');
    expect(symbolMasterOf(merged).find('TAKEN')?.isin).to.equal('INE222B01019');
  });
});
