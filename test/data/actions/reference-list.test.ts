import { expect } from 'chai';

import { loadActionCoverage, uncheckedDays } from '../../../data/actions/action-coverage.js';
import { loadActions } from '../../../data/actions/load-actions.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startOfDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { loadReferenceSymbols, symbolMasterOf } from '../../../data/symbols/symbol-master.js';
import { calendar } from '../../support/bars.js';

describe("the project's list of corporate actions", () => {
  it('has evidence for every row, on a session', async () => {
    const all = (await loadActions({ home: new Home('/nowhere'), packageRoot })).actions;
    expect(all).to.have.length(43);
    for (const { symbol, exDate, evidence } of all) {
      expect(calendar.isSession(startOfDate(exDate) / 1440), `${symbol} ${exDate}`).to.equal(true);
      // Bars, or two public sources.
      expect(evidence ?? '', `${symbol} ${exDate}`).to.match(
        /official bars|special pre-open \d|\w\.\w+ \d{4}-\d\d(-\d\d)?; \w.*\.\w+ \d{4}-\d\d/,
      );
    }
  });

  it('has the actions that were missing, each with its kind', async () => {
    const all = (await loadActions({ home: new Home('/nowhere'), packageRoot })).actions;
    const of = (symbol: string, day: string) =>
      all
        .filter((action) => action.symbol === symbol && action.exDate === day)
        .map((a) => [a.priceFactor, a.kind]);
    expect(of('BEL', '2022-09-15')).to.deep.equal([[3, 'bonus 2:1']]);
    expect(of('MOTHERSON', '2022-10-03')).to.deep.equal([[1.5, 'bonus 1:2']]);
    expect(of('TATASTEEL', '2022-07-28')).to.deep.equal([[10, 'split 10:1']]);
    expect(of('HDFCBANK', '2025-08-26')).to.deep.equal([[2, 'bonus 1:1']]);
    expect(of('ITC', '2025-01-06')).to.deep.equal([[1.0571, 'demerger (ITC Hotels)']]);
  });

  it('says for every member of the universe which days were checked', async () => {
    const coverage = await loadActionCoverage(packageRoot);
    const master = symbolMasterOf(await loadReferenceSymbols(packageRoot));
    const { members } = await loadUniverse('nifty100', packageRoot);
    for (const { symbol } of members)
      expect(coverage.has(master.find(symbol)?.symbol ?? symbol), symbol).to.equal(true);
    expect(coverage.get('RELIANCE')).to.deep.include({ from: '2020-01-01' });
    expect(coverage.get('ABB')).to.deep.include({ from: null, to: null, basis: 'unverified' });
  });

  it('names the days that were not checked', () => {
    const checked = { symbol: 'A', from: '2020-01-01', to: '2025-01-01', basis: 'bars' };
    expect(uncheckedDays(checked, '2020-01-01', '2025-01-01')).to.equal(undefined);
    expect(uncheckedDays(checked, '2019-06-03', '2025-01-01')).to.equal('before 2020-01-01');
    expect(uncheckedDays(checked, '2019-06-03', '2025-03-01')).to.equal(
      'before 2020-01-01 and from 2025-01-01 on',
    );
    expect(uncheckedDays(checked, '2018-06-03', '2019-03-01')).to.equal('from 2018-06-03 to 2019-03-01');
    expect(uncheckedDays(undefined, '2020-01-01', '2025-01-01')).to.equal('from 2020-01-01 to 2025-01-01');
  });
});
