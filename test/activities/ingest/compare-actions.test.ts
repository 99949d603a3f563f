import { expect } from 'chai';

import type { ActionComparison } from '../../../activities/ingest/compare-actions.js';
import { compareActions } from '../../../activities/ingest/compare-actions.js';
import { likelyAction } from '../../../activities/ingest/likely-action.js';
import type { ActionWithoutFactor } from '../../../data/actions/action-file.js';
import type { BarSeries } from '../../../data/bars/series.js';
import type { CorporateAction } from '../../../data/schemas/corporate-action.js';
import { isoDate } from '../../../data/time/dates.js';
import type { Columns } from '../../support/bars.js';
import { calendar, dailyBars, splitFrom } from '../../support/bars.js';

const dateOf = (series: BarSeries, bar: number): string => isoDate((series.time[bar] ?? 0) / 1440);

/** Prices step up by the factor at a bar. */
const riseFrom = (columns: Columns, bar: number, factor: number): void => splitFrom(columns, bar, 1 / factor);

describe('the list of corporate actions, compared with bars', () => {
  const compare = (
    series: BarSeries,
    actions: readonly CorporateAction[] = [],
    withoutFactor: readonly ActionWithoutFactor[] = [],
  ): ActionComparison =>
    compareActions(series, actions, withoutFactor, { calendar, market: () => undefined });
  const split = dailyBars(120, { spoil: (columns) => splitFrom(columns, 60, 4) });
  const day = dateOf(split, 60);

  it('finds the missing row with its likely factor, for every usual size', () => {
    for (const factor of [1.25, 4 / 3, 1.5, 2, 2.5, 3, 4, 5, 10]) {
      const series = dailyBars(120, { spoil: (columns) => splitFrom(columns, 60, factor) });
      const { missing, listed, possible } = compare(series);
      expect(listed).to.deep.equal([]);
      expect(possible).to.deep.equal([]);
      expect(
        missing.map(({ date }) => date),
        String(factor),
      ).to.deep.equal([day]);
      expect(missing[0]?.likely).to.deep.include({ priceFactor: factor, usual: true });
      expect(missing[0]?.move).to.be.closeTo(1 / factor - 1, 0.03 / factor);
    }
  });

  it('says of each listed action whether the bars show it, do not, or leave it open', () => {
    const action = { exDate: day, priceFactor: 4, kind: 'split 4:1' };
    const verdicts = (series: BarSeries, actions: readonly CorporateAction[]): string[] =>
      compare(series, actions).listed.map(({ exDate, verdict }) => `${exDate} ${verdict}`);
    const wrong = { exDate: dateOf(split, 30), priceFactor: 2, kind: 'bonus 1:1' };
    const tiny = { exDate: dateOf(split, 90), priceFactor: 1.003, kind: 'rights' };
    expect(verdicts(split, [wrong, action, tiny])).to.deep.equal([
      `${wrong.exDate} absent`,
      `${day} shown`,
      `${tiny.exDate} unclear`,
    ]);
    expect(verdicts(dailyBars(120), [action]), 'adjusted bars').to.deep.equal([`${day} absent`]);
    expect(compare(split, [action]).missing).to.deep.equal([]);
    expect(verdicts(split, [{ ...action, exDate: '2019-01-01' }]), 'before the bars').to.deep.equal([]);
  });

  it('takes a step of no usual size for a demerger, and a rise for nothing that a list explains', () => {
    const demerged = dailyBars(120, { spoil: (columns) => splitFrom(columns, 60, 1.7) });
    const [fall] = compare(demerged).missing;
    expect(fall?.likely).to.deep.include({ kind: 'demerger', usual: false });
    expect(fall?.likely?.priceFactor).to.be.closeTo(1.7, 0.05);
    const [rise] = compare(dailyBars(120, { spoil: (columns) => riseFrom(columns, 60, 2) })).missing;
    expect(rise).to.deep.include({ date: day, likely: null });
  });

  it('suggests the factor of an action that is listed without one', () => {
    const open = { symbol: 'TCS', exDate: day, purpose: 'Demerger', place: 'nse.csv:2' };
    const later = { ...open, exDate: '2030-01-01' };
    const small = dailyBars(120, { spoil: (columns) => splitFrom(columns, 60, 1.06) });
    const found = compare(small, [], [open, later]).withoutFactor;
    expect(found.map(({ purpose, date }) => [purpose, date])).to.deep.equal([['Demerger', day]]);
    expect(found[0]?.likely?.priceFactor).to.be.closeTo(1.06, 0.05);
    const large = compare(split, [], [open]);
    expect(large.missing, 'named once').to.deep.equal([]);
    expect(large.withoutFactor).to.have.length(1);
  });

  it('finds a bonus of 1:10 possible, and leaves out what the market did', () => {
    const bonus = dailyBars(120, { spoil: (columns) => splitFrom(columns, 57, 1.1) });
    expect(compare(bonus).possible.map(({ date }) => date)).to.deep.equal([dateOf(bonus, 57)]);
    expect(compare(bonus).missing).to.deep.equal([]);
    const [before, now] = [bonus.time[56], bonus.time[57]].map((time) => (time ?? 0) / 1440);
    const market = (from: number, to: number): number => (from === before && to === now ? -0.095 : 0);
    expect(compareActions(bonus, [], [], { calendar, market }).possible).to.deep.equal([]);
  });

  it('names the usual factor next to a step', () => {
    expect(likelyAction(2.05)).to.deep.equal({ priceFactor: 2, kind: 'bonus 1:1 or split', usual: true });
    expect(likelyAction(1.31).priceFactor).to.equal(4 / 3);
    expect(likelyAction(1.65189)).to.deep.equal({ priceFactor: 1.6519, kind: 'demerger', usual: false });
  });
});
