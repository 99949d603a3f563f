import { expect } from 'chai';
import fc from 'fast-check';

import { ADJACENT_SLOTS } from '../../../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import type { LabelledBars } from '../../../../activities/market/labels/labels.js';
import { labelBars } from '../../../../activities/market/labels/labels.js';
import { probeCohortLabels } from '../../../../activities/market/probes/label-overlap.js';
import { cohortSplit } from '../../../../activities/market/splits/splits.js';
import { RUN_CHOOSERS } from '../../../../activities/validate/run-choosers.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';
import { syntheticMarket } from '../synthetic-market.js';

/** [open, high, low, close] */
type Bar = readonly [number, number, number, number];
const still: Bar = [100, 100.5, 99.5, 100];
const rule: LabelRule = { label: 'triple-barrier', threshold: 0.02, lowerBarrier: 0.03, horizon: 3 };

function barsOf(bars: readonly Bar[]): LabelledBars {
  const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(bars, (bar) => bar[index]);
  return {
    time: Int32Array.from(bars, (_, bar) => 10 * bar),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
  };
}

/** Label, time of the touch and return of the first bar. */
function first(bars: readonly Bar[], change: Partial<LabelRule> = {}): [number, number, number] {
  const { label, touchedAt, forwardReturn } = labelBars(barsOf(bars), { ...rule, ...change }, ADJACENT_SLOTS);
  return [label[0] ?? NaN, touchedAt[0] ?? NaN, Number((forwardReturn[0] ?? NaN).toFixed(12))];
}

describe('triple-barrier labels', () => {
  const cases: readonly (readonly [string, readonly Bar[], [number, number, number]])[] = [
    ['1 where the high reaches the upper barrier', [still, still, [100, 102, 99, 101], still], [1, 20, 0.02]],
    ['0 where the low reaches the lower one', [still, [100, 101, 97, 98], still, still], [0, 10, -0.03]],
    [
      '0 where only the horizon ends, whatever the close has gained',
      [still, still, still, [101, 101.9, 101, 101.9]],
      [0, 30, 0.019],
    ],
    ['1 for a touch in the last bar', [still, still, still, [100, 102.5, 100, 101]], [1, 30, 0.02]],
    [
      '0 where a touch of the upper one comes after that of the lower',
      [still, [100, 100, 96, 97], [97, 110, 97, 108], still],
      [0, 10, -0.03],
    ],
    [
      '0 where one bar reaches both: what came first in it is not known',
      [still, [100, 103, 96, 101], still, still],
      [0, 10, -0.03],
    ],
    [
      '1 where a bar that reaches both opens above the upper one, at the price of its open',
      [still, [105, 106, 90, 91], still, still],
      [1, 10, 0.05],
    ],
    [
      '0 where it opens below the lower one, at the price of its open',
      [still, [95, 103, 94, 101], still, still],
      [0, 10, -0.05],
    ],
    [
      'blind to the high and low of its own bar, which are past at its close',
      [[100, 120, 80, 100], still, still, still],
      [0, 30, 0],
    ],
  ];
  for (const [what, bars, expected] of cases)
    it(`are ${what}`, () => expect(first(bars)).to.deep.equal(expected));

  it('default to a lower barrier as far away as the upper one', () => {
    const bars = [still, [100, 100, 98, 99] as const, still, still];
    expect(first(bars)).to.deep.equal([0, 30, 0]);
    expect(first(bars, { lowerBarrier: undefined })).to.deep.equal([0, 10, -0.02]);
  });

  it('need the whole horizon even after a touch: keeping only quick touches would select by outcome', () => {
    const { label, touchedAt, resolvedAt, forwardReturn } = labelBars(
      barsOf([still, still, [100, 103, 100, 102], still]),
      rule,
      ADJACENT_SLOTS,
    );
    expect(Array.from(label)).to.deep.equal([1, 0, 0, 0]);
    expect(Array.from(touchedAt)).to.deep.equal([20, UNRESOLVED, UNRESOLVED, UNRESOLVED]);
    expect(Array.from(resolvedAt)).to.deep.equal([30, UNRESOLVED, UNRESOLVED, UNRESOLVED]);
    expect(forwardReturn[1]).to.deep.equal(NaN);
  });

  it('weigh more where they are quick, since fewer labels are concurrent', () => {
    // Touches: bar 0 at 1, bar 1 at 2; bars 2 to 4 wait for the horizon.
    const bars = barsOf([
      still,
      [100, 102, 100, 100],
      [100, 102, 100, 100],
      still,
      still,
      still,
      still,
      still,
    ]);
    const { weight } = labelBars(bars, rule, ADJACENT_SLOTS);
    const expected = [1, 1, (1 + 1 / 2 + 1 / 3) / 3];
    expected.forEach((value, t) => expect(weight[t]).to.be.closeTo(value, 1e-7));
  });

  it('depend only on the bars up to the touch, and so do their weights', () => {
    const price = fc.double({ min: 90, max: 110, noNaN: true });
    const bar = fc.tuple(price, price, price, price).map(([a, b, c, d]): Bar => {
      const [low, inner, other, high] = [a, b, c, d].sort((x, y) => x - y);
      return [inner ?? a, high ?? a, low ?? a, other ?? a];
    });
    fc.assert(
      fc.property(
        fc.array(bar, { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        (bars, horizon) => {
          const change = { ...rule, threshold: 0.04, lowerBarrier: 0.05, horizon };
          const before = labelBars(barsOf(bars), change, ADJACENT_SLOTS);
          bars.forEach((_, t) => {
            const end = (before.touchedAt[t] ?? NaN) / 10;
            if (end >= bars.length) return;
            // As many bars as before, since a label needs the whole horizon.
            const changed = bars.map((own, at): Bar => (at > end ? [1, 1e6, 1e-6, 2] : own));
            const after = labelBars(barsOf(changed), change, ADJACENT_SLOTS);
            for (const column of ['label', 'touchedAt', 'resolvedAt', 'forwardReturn', 'weight'] as const)
              expect(after[column][t], `${column} of ${t}`).to.deep.equal(before[column][t]);
          });
        },
      ),
    );
  });

  it('end no later than fixed-horizon labels, and are resolved by the same bar', () => {
    for (const series of syntheticMarket()) {
      const fixed = labelBars(series, { threshold: 0.02, horizon: 5 }, ADJACENT_SLOTS);
      const barriers = labelBars(
        series,
        { label: 'triple-barrier', threshold: 0.02, horizon: 5 },
        ADJACENT_SLOTS,
      );
      expect(barriers.resolvedAt).to.deep.equal(fixed.resolvedAt);
      expect(fixed.touchedAt).to.deep.equal(fixed.resolvedAt);
      expect(barriers.forwardScale).to.deep.equal(fixed.forwardScale);
      let earlier = 0;
      barriers.touchedAt.forEach((touched, t) => {
        expect(touched).to.be.at.most(fixed.touchedAt[t] ?? NaN);
        if (touched < (fixed.touchedAt[t] ?? NaN)) earlier += 1;
        const change = barriers.forwardReturn[t] ?? NaN;
        if (touched !== UNRESOLVED) expect(barriers.label[t]).to.equal(change >= 0.02 - 1e-12 ? 1 : 0);
      });
      expect(earlier).to.be.above(series.time.length / 4);
    }
  });

  it('do not overlap tested labels; the probe finds a touch later than `resolvedAt`', () => {
    const table = buildFeatureTable(syntheticMarket(), { ...rule, horizon: 5 });
    const cohort = { id: 'c', start: '2021-03-20', end: '2021-09-16' };
    const split = cohortSplit(table, cohort, { validationShare: 0.2, forwardDays: 60, to: '2021-11-20' });
    const symbols = table.symbols.map(({ symbol }) => symbol);
    const report = probeCohortLabels(
      table,
      { id: 'c', symbols, split },
      { rule: { horizon: 5 }, slots: ADJACENT_SLOTS },
      RUN_CHOOSERS,
    );
    expect(report.findings).to.deep.equal([]);
    expect(report.rows).to.be.above(500);
    const late = {
      ...table,
      symbols: table.symbols.map((symbol) => ({
        ...symbol,
        touchedAt: symbol.time.map((_, t) => symbol.time[t + 8] ?? UNRESOLVED),
      })),
    };
    const found = probeCohortLabels(
      late,
      { id: 'c', symbols, split },
      { rule: { horizon: 5 }, slots: ADJACENT_SLOTS },
      RUN_CHOOSERS,
    ).findings;
    expect(found.length).to.be.above(symbols.length);
  });
});
