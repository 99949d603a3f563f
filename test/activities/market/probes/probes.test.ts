import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../../../activities/market/bar-slots.js';
import type { FeatureTable } from '../../../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { ema } from '../../../../activities/market/features/moving-averages.js';
import type { ProbeReport, TableBuilder } from '../../../../activities/market/probes/compare-tables.js';
import { probeFuture } from '../../../../activities/market/probes/future.js';
import type { RowChoosers } from '../../../../activities/market/probes/label-overlap.js';
import { probeCohortLabels } from '../../../../activities/market/probes/label-overlap.js';
import { probeTruncation } from '../../../../activities/market/probes/truncation.js';
import { STATED_WARM_UP, probeWarmUp } from '../../../../activities/market/probes/warm-up.js';
import { cohortSplit, priorRows, windowRows } from '../../../../activities/market/splits/splits.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';
import { ENTRIES } from '../../../../data/schemas/run-choices.js';
import { MINUTES_PER_DAY, dayNumber, startOfDate } from '../../../../data/time/dates.js';
import { needsNse, nseDir, readNseBars, readNseListings } from '../../../support/nse.js';
import { RUN_CHOOSERS } from '../../../../activities/validate/run-choosers.js';
import { syntheticMarket } from '../synthetic-market.js';

const rule = { horizon: 5, threshold: 0.02 };
const build: TableBuilder = (series) => buildFeatureTable(series, rule);
const warmUp = STATED_WARM_UP;
const market = syntheticMarket();
const day = (index: number): number => (dayNumber('2021-01-04') + index) * MINUTES_PER_DAY;
/** Days around the gaps, listings and last bars of the market, and some ordinary ones. */
const days = [70, 100, 119, 120, 150, 160, 175, 180, 200, 230, 260, 300].map(day);

/** The builder, with column 0 replaced by a feature that leaks. */
function leaky(leak: (series: BarSeries, bar: number, all: readonly BarSeries[]) => number): TableBuilder {
  return (series): FeatureTable => {
    const table = build(series);
    const width = table.names.length;
    for (const symbol of table.symbols) {
      const bars = series.find((candidate) => candidate.symbol === symbol.symbol);
      if (bars === undefined) continue;
      symbol.complete.forEach((complete, row) => {
        if (complete === 1) symbol.features[row * width] = leak(bars, row, series);
      });
    }
    return table;
  };
}

describe('leakage probes', () => {
  it('find nothing in the features', () => {
    expect(probeTruncation(build, market, days).findings).to.deep.equal([]);
    expect(probeFuture(build, market, days).findings).to.deep.equal([]);
    expect(
      probeWarmUp(build, market, [0, 1, 30, 90, 119, 121, 150, 174, 176, 200].map(day), warmUp).findings,
    ).to.deep.equal([]);
  });

  describe('truncation replay', () => {
    it('finds a feature that uses the next bar', () => {
      const peeking = leaky(({ close }, bar) => (close[bar + 1] ?? 0) / (close[bar] ?? 1));
      const { findings } = probeTruncation(peeking, market, [day(200)]);
      expect(findings.map(({ symbol }) => symbol)).to.include.members(['ALPHA', 'ZETA']);
      expect(findings[0]).to.include({ probe: 'truncation', rows: 1 });
      expect(findings[0]?.message).to.match(/on 2021-07-23: return_1 is/);
    });

    it('finds a scaler fitted on the whole series', () => {
      const scaling = leaky(({ close }, bar) => {
        const mean = close.reduce((sum, value) => sum + value, 0) / close.length;
        return (close[bar] ?? 0) / mean;
      });
      expect(probeTruncation(scaling, market, [day(200)]).findings[0]?.rows).to.be.above(100);
    });

    it('finds a cross-sectional mean that needs the whole series', () => {
      const late: TableBuilder = (series) => {
        const table = build(series);
        for (const { relative, time } of table.symbols)
          for (let cell = 0; cell < relative.length; cell += 1)
            relative[cell] = (relative[cell] ?? NaN) + time.length;
        return table;
      };
      const [finding] = probeTruncation(late, market, [day(200)]).findings;
      expect(finding?.message).to.match(/return_1 minus its mean over the symbols is/);
    });

    it('finds a row that is complete only if later bars exist', () => {
      const late: TableBuilder = (series) => {
        const table = build(series);
        for (const { complete } of table.symbols) complete[complete.length - 1] = 0;
        return table;
      };
      expect(probeTruncation(late, market, [day(200)]).findings).to.have.length.above(0);
    });
  });

  describe('warm-up invariance', () => {
    it('finds an average with infinite memory', () => {
      const recursive = leaky(({ close }, bar) => (close[bar] ?? 0) / (ema(close, 50)[bar] ?? 1));
      expect(probeWarmUp(recursive, market, [day(30)], warmUp).findings[0]).to.include({ probe: 'warm_up' });
    });

    it('finds a count from the start of the series', () => {
      const counting = leaky((_series, bar) => bar);
      expect(probeWarmUp(counting, market, [day(30)], warmUp).findings).to.have.length.above(0);
    });

    it('finds a stated warm-up that is too short', () => {
      expect(
        probeWarmUp(build, market, [day(30)], { ...STATED_WARM_UP, bars: 40, marketBars: 40 }).findings,
      ).to.have.length.above(0);
    });
  });

  describe('future perturbation', () => {
    it('finds a rank among all bars of the series', () => {
      const ranking = leaky(
        ({ close }, bar) => close.filter((value) => value < (close[bar] ?? 0)).length / close.length,
      );
      // Truncation finds it too, but only this probe keeps the number of bars.
      expect(probeFuture(ranking, market, [day(200)]).findings[0]).to.include({ probe: 'future' });
    });

    it('finds a feature that uses the next day of another symbol', () => {
      const crossing = leaky((bars, bar, all) => {
        const time = bars.time[bar] ?? 0;
        const other = all[0];
        return other?.close[other.time.findIndex((minutes) => minutes > time)] ?? 0;
      });
      expect(probeFuture(crossing, market, [day(200)]).findings).to.have.length.above(0);
    });
  });

  describe('label overlap', () => {
    const table = build(market);
    const cohort = { id: 'c', start: '2021-03-20', end: '2021-09-16' };
    const split = cohortSplit(table, cohort, { validationShare: 0.2, forwardDays: 60, to: '2021-11-20' });

    const alphaTable = table.symbols[0];
    if (alphaTable === undefined) throw new Error('no table');
    const symbols = table.symbols.map(({ symbol }) => symbol);
    const probe = (choosers: Partial<RowChoosers>, probed = table): ProbeReport =>
      probeCohortLabels(
        probed,
        { id: 'c', symbols, split },
        { rule, slots: ADJACENT_SLOTS },
        { ...RUN_CHOOSERS, ...choosers },
      );

    it('counts from the entry: finds labels that are taken as known a bar too early', () => {
      const found = (made: LabelRule, probed: LabelRule): number =>
        probeCohortLabels(
          buildFeatureTable(market, made),
          { id: 'c', symbols, split },
          { rule: probed, slots: ADJACENT_SLOTS },
          RUN_CHOOSERS,
        ).findings.length;
      for (const entry of ENTRIES) expect(found({ ...rule, entry }, { ...rule, entry }), entry).to.equal(0);
      expect(found({ ...rule, entry: 'close' }, { ...rule, entry: 'next-close' })).to.be.above(0);
      // A trade at the next open ends when one at the close does.
      expect(found({ ...rule, entry: 'close' }, { ...rule, entry: 'next-open' })).to.equal(0);
    });

    it('finds nothing in a cohort as it is trained', () => {
      expect(probe({}).findings).to.deep.equal([]);
      expect(probe({}).rows).to.be.above(500);
    });

    it('finds targets of the score that are learnt from before they are known', () => {
      const late = probe({ windowTarget: (symbol, row, horizon) => symbol.targets[horizon]?.[row] ?? NaN });
      expect(late.findings[0]).to.include({ probe: 'label_overlap', symbol: 'ALPHA' });
      expect(late.findings[0]?.message).to.match(
        /the score's \w+ rows, cohort c: \d+ targets .* before they/,
      );
      const early = probe({
        rankTargets: (of, place, rows, end) =>
          RUN_CHOOSERS.rankTargets(of, place, rows, end).map((time) =>
            time === UNRESOLVED ? time : time - MINUTES_PER_DAY,
          ),
      });
      expect(early.findings[0]?.message).to.match(/^the prior's rank head, cohort c: \d+ targets/);
      expect(early.rows).to.equal(probe({}).rows);
    });

    it('finds a fit that is not purged, and reports window, cohort and part', () => {
      const unpurged = probe({
        windowRows: (symbol, at) => {
          const rows = windowRows(symbol, at);
          const after = (rows.fit.at(-1) ?? 0) + 1;
          return { ...rows, fit: Int32Array.of(...rows.fit, after, after + 1) };
        },
      });
      expect(unpurged.findings[0]).to.include({ probe: 'label_overlap', symbol: 'ALPHA' });
      expect(unpurged.findings[0]?.message).to.match(/^fit against forward, cohort c: \d+ pairs/);
    });

    it('finds a prior that uses labels of other symbols from the tested days', () => {
      const unpurged = probe({
        priorRows: (symbol, before) =>
          symbol.symbol === 'ZETA'
            ? priorRows(symbol, before + 2 * MINUTES_PER_DAY)
            : priorRows(symbol, before),
      });
      expect(unpurged.findings.map(({ symbol }) => symbol)).to.deep.equal(['all symbols', 'all symbols']);
    });

    it('finds a table whose labels claim to be resolved too early', () => {
      const hasty = {
        ...table,
        symbols: table.symbols.map((symbol) => ({ ...symbol, resolvedAt: symbol.time.slice() })),
      };
      expect(probe({}, hasty).findings.length).to.be.above(symbols.length);
    });

    it('finds training labels that end inside the test span, and counts the pairs', () => {
      const alpha = windowRows(alphaTable, split).validation[0] ?? 0;
      const unpurged = probe({
        windowRows: (symbol, at) => ({
          ...windowRows(symbol, at),
          select: Int32Array.from({ length: 50 }, (_, back) => alpha - 50 + back),
        }),
      });
      // The last 5 of them overlap the first 5 to 1 tested labels.
      expect(unpurged.findings[0]).to.include({ probe: 'label_overlap', symbol: 'ALPHA', rows: 15 });
      expect(unpurged.findings[0]?.message).to.match(/^selection against validation, cohort c: 15 pairs/);
    });

    it('finds a shuffled split', () => {
      const shuffled = probe({
        windowRows: (symbol, at) => {
          const rows = Int32Array.from({ length: 60 }, (_, index) => 70 + index);
          return {
            ...windowRows(symbol, at),
            select: rows.filter((row) => row % 3 !== 0),
            validation: rows.filter((row) => row % 3 === 0),
          };
        },
      });
      expect(shuffled.findings[0]?.message).to.match(/^selection against validation, cohort c: \d+ pairs/);
    });
  });

  it('find nothing on real bars', function () {
    this.timeout(600_000);
    const folder = nseDir();
    needsNse(this, folder);
    const series = readNseListings(folder).map(({ symbol }) => readNseBars(folder, symbol));
    const dates = ['2021-03-31', '2024-06-04'].map(startOfDate);
    expect(probeTruncation(build, series, dates).findings).to.deep.equal([]);
    expect(probeFuture(build, series, dates).findings).to.deep.equal([]);
    expect(
      probeWarmUp(build, series, ['2020-05-29', '2023-01-02'].map(startOfDate), warmUp).findings,
    ).to.deep.equal([]);
  });
});
