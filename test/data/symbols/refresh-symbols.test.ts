import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';

import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { refreshSymbols } from '../../../data/symbols/refresh-symbols.js';
import { loadSymbolMaster } from '../../../data/symbols/symbol-master.js';
import { zipOf } from '../../support/zip-file.js';

/** Quoted and padded, as in ICICI Direct's file. */
const SCRIPS = `"Token", "ShortName", "Series", "CompanyName", "ISINCode" , "ExchangeCode"
"13", "ABB   ", "EQ", "ABB INDIA, LIMITED", "INE117A01022" , "ABB       "
"7929", "CADHEA", "EQ", "ZYDUS LIFESCIENCES", "INE010B01027" , "CADILAHC"
"7930", "CADHEB", "BE", "ZYDUS LIFESCIENCES", "INE010B01027" , "ZYDUSLIFE"
"17818", "LTINFO", "EQ", "LTIMINDTREE", "INE214T01019" , "LTM"
"99", "OTHERS", "EQ", "NOT ON THE LIST", "INE999Z01018" , "NOBODY"
`;
const EQUITIES = `SYMBOL,NAME OF COMPANY, SERIES, DATE OF LISTING, PAID UP VALUE, MARKET LOT, ISIN NUMBER, FACE VALUE
ABB,ABB India Limited,EQ,08-FEB-1995,2,1,INE117A01022,2
ZYDUSLIFE,Zydus Lifesciences Limited,EQ,18-APR-2000,1,1,INE010B01027,1
LTM,LTM Limited,EQ,21-JUL-2016,1,1,INE214T01019,1
PENNY,In Another Series,BE,01-JAN-2020,1,1,INE123P01011,1
NEWCO,Newly Listed Limited,EQ,03-AUG-2026,1,1,INE0AAA01015,1
`;
const CHANGES = `LTIMindtree,LTI,LTIM,05-DEC-2022
Cadila Healthcare,CADILAHC,ZYDUSLIFE,07-MAR-2022
LTIMindtree,LTIM,LTM,02-FEB-2026
`;

describe('refreshing the symbols', () => {
  let folder: string;
  let home: Home;
  let server: Server | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-refresh-'));
    home = new Home(path.join(folder, 'home'));
    writeFileSync(
      path.join(folder, 'master.zip'),
      zipSync({ 'lists/NSEScripMaster.txt': strToU8(SCRIPS), 'BSEScripMaster.txt': strToU8('x') }),
    );
    writeFileSync(path.join(folder, 'equity.csv'), EQUITIES);
    writeFileSync(path.join(folder, 'changes.csv'), `NAME,OLD,NEW,FROM\n${CHANGES}`);
  });
  afterEach(() => {
    server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });
  const FILES = { securityMaster: 'master.zip', equityList: 'equity.csv', symbolChanges: 'changes.csv' };
  const problemsOf = (work: Promise<unknown>): Promise<readonly string[]> =>
    work.then(
      () => [],
      (error: unknown) => (error instanceof InvalidInputError ? error.problems : [String(error)]),
    );

  it('joins the lists by ISIN and series EQ, and finds codes by current and former symbols', async () => {
    const { records, remarks } = await refreshSymbols(home, FILES, folder);
    expect(records.map(({ symbol, isecCode }) => `${symbol} ${isecCode ?? 'none'}`)).to.deep.equal([
      'ABB ABB',
      'LTM LTINFO',
      'NEWCO none',
      'ZYDUSLIFE CADHEA',
    ]);
    expect(records[1]).to.deep.include({ formerSymbols: ['LTIM', 'LTI'], listingDate: '2016-07-21' });
    expect(remarks).to.deep.equal([
      '1 of 4 shares have no code at ICICI Direct',
      'ZYDUSLIFE: ICICI Direct still lists it as CADILAHC',
    ]);
    const master = await loadSymbolMaster(packageRoot, home);
    expect(
      ['ZYDUSLIFE', 'CADILAHC', 'LTI', 'NEWCO', 'RELIANCE'].map((symbol) => master.isecCode(symbol)),
    ).to.deep.equal(['CADHEA', 'CADHEA', 'LTINFO', null, 'RELIND']);
  });

  it('accepts the text file without its ZIP, and lists from a server', async () => {
    const bodies: Readonly<Record<string, string>> = {
      '/m.txt': SCRIPS,
      '/e.csv': EQUITIES,
      '/c.csv': CHANGES,
    };
    server = createServer(({ url = '' }, response) => {
      const body = bodies[url];
      response.writeHead(body === undefined ? 404 : 200).end(body);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const at = (file: string): string => `http://127.0.0.1:${String(port)}/${file}`;
    const lists = { securityMaster: at('m.txt'), equityList: at('e.csv'), symbolChanges: at('c.csv') };
    expect((await refreshSymbols(home, lists, folder)).records).to.have.length(4);
    expect(
      await problemsOf(refreshSymbols(home, { ...lists, equityList: at('gone') }, folder)),
    ).to.deep.equal([
      `equityList: cannot fetch ${at('gone')} (HTTP 404). Save it with a browser and give the file instead`,
    ]);
  });

  it('names every wrong list, and keeps the symbols of the last refresh', async () => {
    await refreshSymbols(home, FILES, folder);
    writeFileSync(path.join(folder, 'page.html'), '<html>Access denied</html>');
    writeFileSync(path.join(folder, 'half.zip'), Buffer.from('PK\u0003\u0004 and nothing more'));
    writeFileSync(path.join(folder, 'other.zip'), zipSync({ 'readme.txt': strToU8('x') }));
    const wrong = { securityMaster: 'half.zip', equityList: 'page.html', symbolChanges: 'nowhere.csv' };
    const problems = await problemsOf(refreshSymbols(home, wrong, folder));
    expect(problems).to.have.length(3);
    expect(problems[0]).to.match(/^securityMaster: half\.zip: (is not a complete ZIP file|contains no)/);
    expect(problems[1]).to.match(
      /^equityList: page\.html: is not the NSE's EQUITY_L\.csv\. Missing columns: symbol, series, isin number/,
    );
    expect(problems[2]).to.equal('symbolChanges: cannot read nowhere.csv (ENOENT)');
    expect(
      await problemsOf(refreshSymbols(home, { ...FILES, securityMaster: 'other.zip' }, folder)),
    ).to.deep.equal(['securityMaster: other.zip: contains no NSEScripMaster.txt']);

    writeFileSync(path.join(folder, 'bomb.zip'), zipOf('NSEScripMaster.txt', Buffer.alloc(9), 100_000_000));
    const [bomb] = await problemsOf(refreshSymbols(home, { ...FILES, securityMaster: 'bomb.zip' }, folder));
    expect(bomb).to.equal(
      'securityMaster: bomb.zip: NSEScripMaster.txt has 100000000 bytes; at most 67108864 are read',
    );
    expect((await loadSymbolMaster(packageRoot, home)).isecCode('NEWCO')).to.equal(null);
    expect(existsSync(home.symbolMaster())).to.equal(true);
  });

  it('names a share with a wrong ISIN', async () => {
    writeFileSync(path.join(folder, 'equity.csv'), EQUITIES.replace('INE117A01022', 'US0378331005X'));
    expect(await problemsOf(refreshSymbols(home, FILES, folder))).to.deep.equal([
      'equityList: ABB: isin: must be an ISIN, such as INE002A01018',
    ]);
    expect(existsSync(home.symbolMaster())).to.equal(false);
  });
});
