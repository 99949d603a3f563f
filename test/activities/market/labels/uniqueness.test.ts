import { expect } from 'chai';
import fc from 'fast-check';

import { averageUniqueness } from '../../../../activities/market/labels/uniqueness.js';

/** The definition, computed naively with a matrix of labels and bars. */
function byDefinition(decided: readonly number[]): number[] {
  const lives = (label: number, bar: number): boolean => label < bar && bar <= (decided[label] ?? -1);
  return decided.map((_, label) => {
    const shares: number[] = [];
    for (let bar = 0; bar < decided.length; bar += 1)
      if (lives(label, bar)) shares.push(1 / decided.filter((_end, other) => lives(other, bar)).length);
    return shares.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  });
}

describe('averageUniqueness', () => {
  it('equals a value computed by hand', () => {
    // Lifespans: label 0 bars 1–3, label 1 bar 2, label 2 bars 3–4, label 3 bar 4, label 4 beyond the end.
    const weights = averageUniqueness(Int32Array.from([3, 2, 4, 4, 6]));
    const expected = [(1 + 1 / 2 + 1 / 2) / 3, 1 / 2, (1 / 2 + 1 / 2) / 2, 1 / 2, 1];
    weights.forEach((weight, label) => expect(weight).to.be.closeTo(expected[label] ?? NaN, 1e-7));
  });

  it('is 1 for labels of one bar and 1 / horizon for labels of a fixed horizon', () => {
    const bars = Array.from({ length: 40 }, (_, bar) => bar);
    expect(new Set(averageUniqueness(Int32Array.from(bars, (bar) => bar + 1)))).to.deep.equal(new Set([1]));
    const weights = averageUniqueness(Int32Array.from(bars, (bar) => bar + 5));
    expect(new Set(weights.subarray(4, 35))).to.deep.equal(new Set([Math.fround(0.2)]));
    expect(weights[0], 'less crowded at the beginning').to.be.above(0.4);
  });

  it('equals its definition, is in (0, 1], and does not depend on bars after the label', () => {
    const lives = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lives, (lengths) => {
        const decided = lengths.map((length, bar) => bar + length);
        const weights = averageUniqueness(Int32Array.from(decided));
        const expected = byDefinition(decided);
        weights.forEach((weight, label) => {
          expect(weight).to.be.closeTo(expected[label] ?? NaN, 1e-6);
          expect(weight).to.be.above(0).and.at.most(1);
          const end = decided[label] ?? NaN;
          if (end >= decided.length) return;
          const cut = averageUniqueness(Int32Array.from(decided.slice(0, end + 1)));
          expect(cut[label]).to.equal(weight);
        });
      }),
    );
  });

  it('is empty for an empty series', () => {
    expect(averageUniqueness(new Int32Array(0))).to.have.length(0);
  });
});
