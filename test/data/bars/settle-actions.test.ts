import { expect } from 'chai';
import fc from 'fast-check';

import { CLEAR, LIKELY, gapEvidence } from '../../../data/bars/action-evidence.js';
import type { JudgedSeries } from '../../../data/bars/judge-series.js';
import { judgeSeries } from '../../../data/bars/judge-series.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { sessionPrices } from '../../../data/bars/session-prices.js';
import type { ActionRule } from '../../../data/bars/settle-actions.js';
import { settleActions } from '../../../data/bars/settle-actions.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { CorporateAction } from '../../../data/schemas/corporate-action.js';
import { randomStream } from '../../../data/random.js';
import { isoDate } from '../../../data/time/dates.js';
import { calendar, dailyBars } from '../../support/bars.js';

/** A random walk with typical overnight moves, before any corporate action. */
function walk(bars: number, overnight: number, seed: number): BarSeries {
  const random = randomStream(['walk', seed]);
  return dailyBars(bars, {
    spoil: (columns) => {
      let price = 1000;
      for (let bar = 0; bar < bars; bar += 1) {
        const open = price * Math.exp(overnight * random.normal());
        price = open * Math.exp(0.015 * random.normal());
        columns.open[bar] = open;
        columns.close[bar] = price;
        columns.high[bar] = Math.max(open, price) * 1.003;
        columns.low[bar] = Math.min(open, price) * 0.997;
      }
    },
  });
}

/** The same bars as they were traded: prices before each ex-date are higher by its factor. */
function asTraded(series: BarSeries, actions: readonly CorporateAction[]): BarSeries {
  return adjustSeries(
    series,
    actions.map((action) => ({ ...action, priceFactor: 1 / action.priceFactor })),
  );
}

function actionAt(series: BarSeries, bar: number, priceFactor: number): CorporateAction {
  return { exDate: isoDate((series.time[bar] ?? 0) / 1440), priceFactor, kind: 'split' };
}

/** What is applied and said, with small actions settled without a market. */
function judge(
  series: BarSeries,
  actions: readonly CorporateAction[],
  rule: ActionRule = 'by evidence',
): Pick<JudgedSeries, 'applied'> & { readonly findings: readonly string[] } {
  const days = { from: '2021-01-01', to: '2027-01-01' };
  const judged = judgeSeries(series, { calendar, days, actions, rule, listingDate: null });
  const settled =
    judged.unsettled.length === 0
      ? undefined
      : settleActions(series.symbol, gapEvidence(sessionPrices(series), judged.unsettled, calendar), rule);
  return {
    applied: settled?.applied ?? judged.applied,
    findings: [...judged.findings, ...(settled?.findings ?? [])].map(
      ({ severity, code }) => `${severity} ${code}`,
    ),
  };
}

describe('corporate actions by evidence', () => {
  it('are never applied to adjusted bars, nor left out of bars as traded, in silence', () => {
    const counts = { right: 0, unclear: 0 };
    const action = fc.record({
      bar: fc.integer({ min: 5, max: 195 }),
      factor: fc.double({ min: 1.02, max: 10, noNaN: true }),
      small: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.record({
          actions: fc.uniqueArray(action, { minLength: 1, maxLength: 4, selector: ({ bar }) => bar }),
          seed: fc.nat(),
          overnight: fc.double({ min: 0.001, max: 0.02, noNaN: true }),
          traded: fc.boolean(),
        }),
        ({ actions, seed, overnight, traded }) => {
          const adjusted = walk(200, overnight, seed);
          const listed = actions.map(({ bar, factor, small }) =>
            actionAt(adjusted, bar, small ? 1.02 + (factor - 1) / 50 : factor),
          );
          const { applied, findings } = judge(traded ? asTraded(adjusted, listed) : adjusted, listed);
          const stopped = findings.some((finding) => finding.startsWith('error'));
          counts[stopped ? 'unclear' : 'right'] += 1;
          if (stopped) return;
          expect(applied).to.have.length(traded ? listed.length : 0);
          if (!traded) expect(findings.join()).to.contain('adjusted_already');
        },
      ),
      { numRuns: 400 },
    );
    expect(counts.right).to.be.above(240);
  });

  it('are decided by the large ones of a series, and by a small one where it is clear', () => {
    const adjusted = walk(200, 0.005, 1);
    const [large, small, tiny] = [
      actionAt(adjusted, 50, 2),
      actionAt(adjusted, 100, 1.1),
      actionAt(adjusted, 150, 1.01),
    ];
    for (const listed of [[large, small, tiny], [large, tiny], [small, tiny], [small]]) {
      expect(judge(asTraded(adjusted, listed), listed)).to.deep.equal({ applied: listed, findings: [] });
      expect(judge(adjusted, listed)).to.deep.equal({
        applied: [],
        findings: [`${listed[0] === large ? 'info' : 'warning'} adjusted_already`],
      });
    }
    expect(judge(adjusted, [tiny]).findings).to.deep.equal(['error unclear_adjustment']);
    expect(judge(asTraded(adjusted, [tiny]), [tiny]).findings).to.deep.equal(['error unclear_adjustment']);
  });

  it('name both flags and the command where the bars leave it open', () => {
    const adjusted = walk(200, 0.01, 2);
    const gaps = gapEvidence(sessionPrices(adjusted), [actionAt(adjusted, 100, 1.02)], calendar);
    const [finding] = settleActions('TEST', gaps, 'by evidence').findings;
    expect(finding?.message).to.match(
      /^TEST: the bars do not tell whether they are adjusted for the split of \d{4}-\d\d-\d\d \(factor 1\.02\), where the price moves by −?\d\.\d %\. Say so: --adjust splits if .* --adjust none if .* gurukul actions check/,
    );
  });

  it('stop a series that shows one and not another', () => {
    const adjusted = walk(200, 0.005, 3);
    const [a, b] = [actionAt(adjusted, 50, 1.1), actionAt(adjusted, 120, 5)];
    for (const shown of [a, b])
      expect(judge(asTraded(adjusted, [shown]), [a, b]).findings).to.deep.equal([
        'error action_does_not_fit',
      ]);
  });

  it('stop a series whose price falls on another day than the list says', () => {
    const adjusted = walk(200, 0.005, 3);
    for (const factor of [1.1, 1.2, 1.5])
      for (const late of [1, -1, 4]) {
        const traded = asTraded(adjusted, [actionAt(adjusted, 50 + late, factor)]);
        const listed = [actionAt(adjusted, 50, factor)];
        expect(judge(traded, listed).findings, `${factor} ${late}`).to.include('error action_does_not_fit');
        expect(judge(adjusted, listed).findings.join()).to.match(/^(info|warning) adjusted_already$/);
        const gaps = gapEvidence(sessionPrices(traded), listed, calendar);
        const other = actionAt(adjusted, 50 + late, factor).exDate;
        expect(settleActions('TEST', gaps, 'by evidence').findings[0]?.message).to.contain(
          `but a move of that size on ${other}: the date in the list may be wrong`,
        );
      }
    const far = asTraded(adjusted, [actionAt(adjusted, 60, 1.15)]);
    expect(judge(far, [actionAt(adjusted, 50, 1.15)]).findings).to.deep.equal(['warning adjusted_already']);
  });

  it('stop a series where a small one says the opposite of the large ones, twenty to one', () => {
    const adjusted = walk(200, 0.011, 9);
    const [small, large] = [actionAt(adjusted, 50, 1.055), actionAt(adjusted, 120, 5)];
    const [gap] = gapEvidence(sessionPrices(asTraded(adjusted, [small])), [small], calendar);
    expect(gap?.odds).to.be.within(LIKELY, CLEAR);
    for (const shown of [small, large])
      expect(judge(asTraded(adjusted, [shown]), [small, large]).findings).to.deep.equal([
        'error action_does_not_fit',
      ]);
  });

  it('are one move where they are between the same two bars, and need a wider one after missing sessions', () => {
    const adjusted = walk(200, 0.005, 4);
    const both = [actionAt(adjusted, 50, 2), actionAt(adjusted, 50, 1.5)];
    expect(judge(asTraded(adjusted, both), both)).to.deep.equal({ applied: both, findings: [] });
    const small = actionAt(adjusted, 50, 1.12);
    const without = (dropped: number): number => {
      const bars = sessionPrices(asTraded(adjusted, [small]));
      const kept = (_: unknown, at: number): boolean => at < 50 - dropped || at >= 50;
      const [gap] = gapEvidence(
        { ...bars, day: bars.day.filter(kept), open: bars.open.filter(kept), close: bars.close.filter(kept) },
        [small],
        calendar,
      );
      return gap?.odds ?? NaN;
    };
    expect(without(0)).to.be.above(CLEAR);
    expect(without(20)).to.be.within(-CLEAR, CLEAR);
  });

  describe('against the word of the user', () => {
    const adjusted = walk(200, 0.005, 5);
    const [large, small, tiny] = [
      actionAt(adjusted, 50, 2),
      actionAt(adjusted, 100, 1.1),
      actionAt(adjusted, 150, 1.01),
    ];

    it('splits: all are applied, and a clear contradiction stops', () => {
      const all = [large, small, tiny];
      expect(judge(asTraded(adjusted, all), all, 'all')).to.deep.equal({ applied: all, findings: [] });
      expect(judge(adjusted, [tiny], 'all')).to.deep.equal({ applied: [tiny], findings: [] });
      for (const action of [large, small])
        expect(judge(adjusted, [action], 'all').findings).to.deep.equal(['error action_does_not_fit']);
      // A likely one is warned of: the user's word holds.
      const likely = actionAt(adjusted, 120, 1.03);
      expect(judge(adjusted, [likely], 'all')).to.deep.equal({
        applied: [likely],
        findings: ['warning action_does_not_fit'],
      });
      expect(judge(asTraded(adjusted, [likely]), [likely], 'none')).to.deep.equal({
        applied: [],
        findings: ['warning action_not_applied'],
      });
    });

    it('none: none is applied, a large one that is plainly there stops, and a small one is warned of', () => {
      const all = [large, small, tiny];
      expect(judge(adjusted, all, 'none')).to.deep.equal({ applied: [], findings: [] });
      expect(judge(asTraded(adjusted, [large]), all, 'none').findings).to.deep.equal([
        'error action_not_applied',
      ]);
      expect(judge(asTraded(adjusted, [small]), all, 'none')).to.deep.equal({
        applied: [],
        findings: ['warning action_not_applied'],
      });
    });
  });
});
