import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import type { SymbolRecord } from '../../../data/schemas/symbol-master.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadAliases, symbolAliases } from '../../../data/symbols/symbol-aliases.js';
import { symbolMasterOf } from '../../../data/symbols/symbol-master.js';

const record = (symbol: string, formerSymbols: readonly string[]): SymbolRecord => ({
  symbol,
  company: null,
  industry: null,
  isin: null,
  listingDate: null,
  isecCode: null,
  formerSymbols: [...formerSymbols],
});

describe('names of shares', () => {
  it('knows the renames of the NIFTY 100, chains too', async () => {
    const { newest, aliases } = await loadAliases({ packageRoot, home: new Home('/nowhere') });
    const renames = {
      MOTHERSUMI: 'MOTHERSON',
      LTI: 'LTM',
      LTIM: 'LTM',
      ZOMATO: 'ETERNAL',
      'MCDOWELL-N': 'UNITDSPR',
      TATAMOTORS: 'TMPV',
      SRTRANSFIN: 'SHRIRAMFIN',
      ADANITRANS: 'ADANIENSOL',
      CADILAHC: 'ZYDUSLIFE',
      TATAGLOBAL: 'TATACONSUM',
      INFRATEL: 'INDUSTOWER',
      ADANIGAS: 'ATGL',
      'L&TFH': 'LTF',
      IBULHSGFIN: 'SAMMAANCAP',
    };
    for (const [old, now] of Object.entries(renames)) {
      expect(newest(old), old).to.equal(now);
      expect(aliases(now), now).to.include(old);
      expect(aliases(old), old).to.include(now);
    }
    expect(aliases('LTM')).to.deep.equal(['LTIM', 'LTI']);
    expect(aliases('LTI')).to.deep.equal(['LTM', 'LTIM']);
    expect(newest('TMPV')).to.equal('TMPV');
    expect(aliases('RELIANCE')).to.deep.equal([]);
    expect([newest('NO-SUCH'), ...aliases('NO-SUCH')]).to.deep.equal(['NO-SUCH']);
  });

  it('knows the renames of the home’s own symbol master too', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gurukul-aliases-'));
    try {
      const home = new Home(folder);
      const renamed = { ...record('ETERNALX', []), isin: 'INE758T01015', formerSymbols: ['ETERNAL'] };
      await writeJson(home.symbolMaster(), { lists: [], records: [renamed] });
      const { newest, aliases } = await loadAliases({ packageRoot, home });
      expect(newest('ZOMATO')).to.equal('ETERNALX');
      expect(aliases('ETERNAL')).to.deep.equal(['ETERNALX', 'ZOMATO']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves a name to the share that bears it today', () => {
    const { newest, aliases } = symbolAliases(symbolMasterOf([record('NEW', ['USED']), record('USED', [])]));
    expect(aliases('NEW')).to.deep.equal([]);
    expect([newest('USED'), ...aliases('USED')]).to.deep.equal(['USED']);
  });

  it('says the same from every side', () => {
    const name = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I');
    const records = fc.uniqueArray(fc.record({ name, former: fc.array(name, { maxLength: 3 }) }), {
      selector: (one) => one.name,
    });
    fc.assert(
      fc.property(records, name, name, (list, a, b) => {
        const names = symbolAliases(symbolMasterOf(list.map((one) => record(one.name, one.former))));
        expect(names.aliases(a).includes(b)).to.equal(names.aliases(b).includes(a));
        expect(names.aliases(a)).not.to.include(a);
        if (names.aliases(a).includes(b)) expect(names.newest(a)).to.equal(names.newest(b));
      }),
      { numRuns: 500 },
    );
  });
});
