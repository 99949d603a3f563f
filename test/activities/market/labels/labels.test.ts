import { expect } from 'chai';
import fc from 'fast-check';

import { ADJACENT_SLOTS } from '../../../../activities/market/bar-slots.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import type { Labels } from '../../../../activities/market/labels/labels.js';
import { labelBars } from '../../../../activities/market/labels/labels.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';

/** Labels of bars whose open, high and low equal the close. */
function labelCloses(time: Int32Array, close: Float64Array, rule: LabelRule): Labels {
  return labelBars({ time, open: close, high: close, low: close, close }, rule, ADJACENT_SLOTS);
}

describe('labelBars', () => {
  it('labels by the return over the next bars and records when it is resolved', () => {
    const time = Int32Array.from([10, 20, 30, 50, 90]);
    const close = Float64Array.from([100, 101, 103, 101, 99]);
    const { forwardReturn, label, resolvedAt } = labelCloses(time, close, { horizon: 2, threshold: 0.02 });
    expect(Array.from(label)).to.deep.equal([1, 0, 0, 0, 0]);
    expect(forwardReturn[0]).to.be.closeTo(0.03, 1e-12);
    expect(Array.from(resolvedAt)).to.deep.equal([30, 50, 90, UNRESOLVED, UNRESOLVED]);
    expect(Array.from(forwardReturn.subarray(3))).to.deep.equal([NaN, NaN]);
  });

  it('labels a return equal to the threshold 0', () => {
    const close = Float64Array.from([100, 150]);
    const time = Int32Array.from([0, 1]);
    expect(labelCloses(time, close, { horizon: 1, threshold: 0.5 }).label[0]).to.equal(0);
    expect(labelCloses(time, close, { horizon: 1, threshold: 0.49 }).label[0]).to.equal(1);
  });

  it('measures the realised volatility in units of the threshold', () => {
    const close = Float64Array.from([100, 104, 100, 100, 100, 100]);
    const time = Int32Array.from([0, 1, 2, 3, 4, 5]);
    const { forwardScale } = labelCloses(time, close, { horizon: 2, threshold: 0.02 });
    const move = Math.log(1.04);
    expect(forwardScale[0]).to.be.closeTo(Math.log((move * Math.SQRT2) / 0.02), 1e-12);
    expect(forwardScale[1]).to.be.closeTo(Math.log(move / 0.02), 1e-12);
    expect(forwardScale[3], 'a price that stands still').to.be.closeTo(Math.log(0.05), 1e-12);
    expect(Array.from(forwardScale.subarray(4))).to.deep.equal([NaN, NaN]);
    const noThreshold = labelCloses(time, close, { horizon: 2, threshold: 0 }).forwardScale;
    expect(noThreshold[1]).to.be.closeTo(Math.log(move / 0.01), 1e-12);
  });

  it('leaves everything unresolved when the series is no longer than the horizon', () => {
    const time = Int32Array.from([0, 1, 2]);
    const { resolvedAt } = labelCloses(time, Float64Array.from([1, 2, 3]), { horizon: 3, threshold: 0 });
    expect(Array.from(resolvedAt)).to.deep.equal([UNRESOLVED, UNRESOLVED, UNRESOLVED]);
  });

  it('depends only on the closes of the label interval', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat({ max: 39 }),
        (prices, horizon, changed) => {
          const time = Int32Array.from(prices, (_, bar) => bar);
          const before = labelCloses(time, Float64Array.from(prices), { horizon, threshold: 0.02 });
          const other = Float64Array.from(prices, (price, bar) => (bar === changed ? price * 3 : price));
          const after = labelCloses(time, other, { horizon, threshold: 0.02 });
          prices.forEach((_, t) => {
            if (t === changed || t + horizon === changed) return;
            expect(after.forwardReturn[t]).to.deep.equal(before.forwardReturn[t]);
            expect(after.label[t]).to.equal(before.label[t]);
          });
          prices.forEach((_, t) => {
            if (t <= changed && changed <= t + horizon) return;
            expect(after.forwardScale[t]).to.deep.equal(before.forwardScale[t]);
          });
        },
      ),
    );
  });
});
