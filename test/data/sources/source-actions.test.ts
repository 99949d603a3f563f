import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { actionRule } from '../../../data/bars/settle-actions.js';
import type { SourceName } from '../../../data/schemas/run-choices.js';
import { openSource } from '../../../data/sources/open-source.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { calendar } from '../../support/bars.js';

describe('the corporate actions of a source', () => {
  let home: Home;
  before(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-source-actions-')));
    mkdirSync(path.dirname(home.corporateActions()));
    writeFileSync(
      home.corporateActions(),
      'symbol,ex_date,price_factor,kind\nTCS,2018-05-31,2,bonus 1:1\nRELIANCE,2024-10-28,,none\n',
    );
  });
  after(() => rmSync(home.root, { recursive: true }));

  const factors = async (source: SourceName, symbol: string): Promise<string[]> => {
    const universe = await loadUniverse('nifty100', packageRoot);
    const opened = await openSource(
      { source, interval: '1day', seed: 7, from: '2022-01-01', to: '2024-12-31' },
      { home, packageRoot, universe, calendar },
    );
    return opened.actions(symbol).map(({ exDate, priceFactor }) => `${exDate} ${priceFactor}`);
  };

  it("are the project's and the home's for Breeze", async () => {
    expect(await factors('breeze', 'TCS')).to.deep.equal(['2018-05-31 2']);
    expect(await factors('breeze', 'RELIANCE')).to.deep.equal(['2023-07-20 1.1015']);
  });

  it("are the home's alone for Yahoo, which has applied the others, and only where its bars show them", async () => {
    expect(await factors('yahoo', 'TCS')).to.deep.equal(['2018-05-31 2']);
    expect(await factors('yahoo', 'RELIANCE')).to.deep.equal([]);
    expect(actionRule({ source: 'yahoo', adjust: 'auto' })).to.equal('by evidence');
    expect(actionRule({ source: 'breeze', adjust: 'auto' })).to.equal('all');
  });

  it('are its own for the synthetic market', async () => {
    expect(await factors('synthetic', 'TCS')).to.deep.equal([]);
    expect(await factors('synthetic', 'TITAN')).to.deep.equal(['2022-06-21 1.5']);
  });
});
