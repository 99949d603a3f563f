import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { Membership } from '../../../activities/market/membership.js';
import { memberRows, membershipOf } from '../../../activities/market/membership.js';
import { probeFuture } from '../../../activities/market/probes/future.js';
import { probeCohortLabels } from '../../../activities/market/probes/label-overlap.js';
import { probeTruncation } from '../../../activities/market/probes/truncation.js';
import { STATED_WARM_UP, probeWarmUp } from '../../../activities/market/probes/warm-up.js';
import { cohortSplit, priorRows, windowRows } from '../../../activities/market/splits/splits.js';
import { RUN_CHOOSERS } from '../../../activities/validate/run-choosers.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { addDays, startOfDate } from '../../../data/time/dates.js';
import { syntheticSeries } from './synthetic-market.js';

const rule = { horizon: 5, threshold: 0.02 };
const DAYS = 320;
const dayAt = (day: number): string => addDays('2021-01-04', day);
const NAMES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
const market = NAMES.map((symbol) => syntheticSeries(symbol, DAYS));
/** G leaves on day 150 and H joins on day 200; the others are members throughout. */
const membership: Membership = new Map([
  ['G', [{ from: dayAt(0), to: dayAt(150) }]],
  ['H', [{ from: dayAt(200), to: null }]],
]);
const table = buildFeatureTable(market, rule, { membership });

function symbolOf({ symbols }: FeatureTable, name: string): SymbolTable {
  const found = symbols.find(({ symbol }) => symbol === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Features and relative features of some rows, as bytes. */
function rowsOf(built: FeatureTable, name: string, from: number, to: number): Buffer[] {
  const { features, relative } = symbolOf(built, name);
  return [features, relative].map((matrix) => {
    const width = matrix.length / DAYS;
    const some = matrix.slice(from * width, to * width);
    return Buffer.from(some.buffer);
  });
}

/** The bars of a symbol with ten times the moves of their closes. */
function wild(series: BarSeries): BarSeries {
  const close = series.close.map((price, bar) => price * (bar % 2 === 0 ? 1 : 2.5));
  const raised = (column: Float64Array, by: number): Float64Array =>
    column.map((price, bar) => price * (bar % 2 === 0 ? 1 : 2.5) * by);
  return { ...series, close, open: close, high: raised(series.high, 1.5), low: raised(series.low, 0.5) };
}

describe('members of the index', () => {
  it('are those of the date, half-open', () => {
    const { time } = syntheticSeries('A', 10);
    expect([...memberRows(time, undefined)]).to.deep.equal(new Array(10).fill(1));
    expect([...memberRows(time, [])]).to.deep.equal(new Array(10).fill(0));
    expect([
      ...memberRows(time, [
        { from: dayAt(-5), to: dayAt(2) },
        { from: dayAt(6), to: null },
      ]),
    ]).to.deep.equal([1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect([...membershipOf([{ symbol: 'A' }, { symbol: 'B', membership: [] }]).keys()]).to.deep.equal(['B']);
  });

  it('are all symbols where nothing else is said, bit for bit', () => {
    const always = new Map(NAMES.map((name) => [name, [{ from: '2000-01-01', to: null }]]));
    expect(buildFeatureTable(market, rule, { membership: always })).to.deep.equal(
      buildFeatureTable(market, rule),
    );
  });

  it('alone make the cross-sections: what others do moves no feature of theirs', () => {
    const spoilt = buildFeatureTable(
      market.map((series) => (['G', 'H'].includes(series.symbol) ? wild(series) : series)),
      rule,
      { membership },
    );
    // Days on which neither G nor H is a member, and whose market features look back on none of theirs.
    const [from, to] = [175, 200];
    for (const name of NAMES.slice(0, 6))
      expect(rowsOf(spoilt, name, from, to), name).to.deep.equal(rowsOf(table, name, from, to));
    // They move once H is a member, and without membership.
    expect(rowsOf(spoilt, 'A', 201, 210)).not.to.deep.equal(rowsOf(table, 'A', 201, 210));
    const everyone = buildFeatureTable(market, rule);
    expect(rowsOf(everyone, 'A', from, to)).not.to.deep.equal(rowsOf(table, 'A', from, to));
  });

  it('are what a row of another symbol is compared with', () => {
    const width = table.names.length;
    const column = table.names.indexOf('z_return_1');
    const plain = table.names.indexOf('return_1');
    const row = 180;
    const returns = NAMES.slice(0, 6).map((name) => {
      const { close } = market.find(({ symbol }) => symbol === name) ?? { close: new Float64Array(0) };
      return Math.log((close[row] ?? NaN) / (close[row - 1] ?? NaN));
    });
    const mean = returns.reduce((sum, value) => sum + value, 0) / 6;
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6);
    const outsider = symbolOf(table, 'H');
    const { close } = market.at(-1) ?? { close: new Float64Array(0) };
    const own = Math.log((close[row] ?? NaN) / (close[row - 1] ?? NaN));
    expect(outsider.complete[row]).to.equal(1);
    expect(outsider.features[row * width + column]).to.be.closeTo((own - mean) / deviation, 1e-5);
    const relative = outsider.relative.length / DAYS;
    const place = table.relativeColumns.indexOf(plain);
    expect(outsider.relative[row * relative + place]).to.be.closeTo(own - mean, 1e-6);
  });

  it('give the prior its rows; a window keeps all rows of its symbol, and its forward rows', () => {
    const before = startOfDate(dayAt(300));
    const all = buildFeatureTable(market, rule);
    const rows = (name: string, of: FeatureTable): number[] => [...priorRows(symbolOf(of, name), before)];
    expect(rows('A', table)).to.deep.equal(rows('A', all));
    expect(rows('G', table)).to.deep.equal(rows('G', all).filter((row) => row < 150));
    expect(rows('H', table)).to.deep.equal(rows('H', all).filter((row) => row >= 200));
    const cohort = { id: 'c', start: dayAt(100), end: dayAt(200) };
    const split = cohortSplit(table, cohort, { validationShare: 0.25, forwardDays: 60, to: dayAt(DAYS) });
    expect(windowRows(symbolOf(table, 'G'), split)).to.deep.equal(windowRows(symbolOf(all, 'G'), split));
    expect(windowRows(symbolOf(table, 'G'), split).forward).to.have.length(60);
  });

  it('leak nothing', () => {
    const build = (series: readonly BarSeries[]): FeatureTable =>
      buildFeatureTable(series, rule, { membership });
    const times = [120, 149, 150, 170, 199, 200, 240].map((day) => startOfDate(dayAt(day)));
    expect(probeTruncation(build, market, times).findings).to.deep.equal([]);
    expect(probeFuture(build, market, times).findings).to.deep.equal([]);
    expect(probeWarmUp(build, market, times, STATED_WARM_UP).findings).to.deep.equal([]);
    const cohort = { id: 'c', start: dayAt(100), end: dayAt(200) };
    const split = cohortSplit(table, cohort, { validationShare: 0.25, forwardDays: 60, to: dayAt(DAYS) });
    const report = probeCohortLabels(
      table,
      { id: 'c', symbols: NAMES, split },
      { rule: { horizon: 5 }, slots: ADJACENT_SLOTS },
      RUN_CHOOSERS,
    );
    expect(report.findings).to.deep.equal([]);
    expect(report.rows).to.be.above(500);
  });
});
