import { expect } from 'chai';
import fc from 'fast-check';

import { ADJACENT_SLOTS, barSlots } from '../../../../activities/market/bar-slots.js';
import { LOOKBACK_BARS } from '../../../../activities/market/features/lookback.js';
import { labelBars } from '../../../../activities/market/labels/labels.js';
import { KNOWN_BARS, averageUniqueness } from '../../../../activities/market/labels/uniqueness.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';
import { ENTRIES } from '../../../../data/schemas/run-choices.js';
import { MINUTES_PER_DAY, dayNumber } from '../../../../data/time/dates.js';
import { calendar } from '../../../support/bars.js';
import { syntheticSeries } from '../synthetic-market.js';

/** Weights of labels that begin to live in the bar after their own. */
function weightsOf(decided: readonly number[]): Float32Array {
  const before = Int32Array.from(decided, (_, bar) => bar);
  return averageUniqueness({ before, decided: Int32Array.from(decided) });
}

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
    const weights = weightsOf([3, 2, 4, 4, 6]);
    const expected = [(1 + 1 / 2 + 1 / 2) / 3, 1 / 2, (1 / 2 + 1 / 2) / 2, 1 / 2, 1];
    weights.forEach((weight, label) => expect(weight).to.be.closeTo(expected[label] ?? NaN, 1e-7));
  });

  it('is 1 for labels of one bar', () => {
    expect(new Set(weightsOf(Array.from({ length: 40 }, (_, bar) => bar + 1)))).to.deep.equal(new Set([1]));
  });

  it('equals its definition, is in (0, 1], and does not depend on bars after the label', () => {
    const lives = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lives, (lengths) => {
        const decided = lengths.map((length, bar) => bar + length);
        const weights = weightsOf(decided);
        const expected = byDefinition(decided);
        weights.forEach((weight, label) => {
          expect(weight).to.be.closeTo(expected[label] ?? NaN, 1e-6);
          expect(weight).to.be.above(0).and.at.most(1);
          const end = decided[label] ?? NaN;
          if (end >= decided.length) return;
          expect(weightsOf(decided.slice(0, end + 1))[label]).to.equal(weight);
        });
      }),
    );
  });

  it('is empty for an empty series', () => {
    expect(weightsOf([])).to.have.length(0);
  });
});

describe('weights of labels', () => {
  it('of a fixed horizon without gaps are 1 / horizon from the first bar on, for every entry', () => {
    const bars = syntheticSeries('ALPHA', 320);
    for (const horizon of [1, 5, 60, 61, 62, 120, 250])
      for (const entry of ENTRIES) {
        const { weight, forwardReturn } = labelBars(
          bars,
          { horizon, entry, threshold: 0.02 },
          ADJACENT_SLOTS,
        );
        const known = weight.filter((_, bar) => !Number.isNaN(forwardReturn[bar]));
        expect(known.length, `${entry} ${horizon}`).to.be.above(60);
        known.forEach((one) => expect(one).to.be.closeTo(1 / horizon, 1e-7));
      }
  });

  it('look at no more bars than a row with features has', () => {
    expect(KNOWN_BARS).to.be.at.most(LOOKBACK_BARS - 1);
  });

  it('do not depend on where the history starts, for any horizon, entry, kind of label and gaps', () => {
    const slots = barSlots(calendar, { interval: '1day' });
    const sessions = [...calendar.sessionsBetween(dayNumber('2021-01-01'), dayNumber('2022-07-01'))];
    const series = syntheticSeries('BETA', sessions.length);
    const whole = {
      ...series,
      time: Int32Array.from(sessions, (day) => day * MINUTES_PER_DAY),
    };
    const pick = (column: Float64Array, bars: readonly number[]): Float64Array =>
      Float64Array.from(bars, (bar) => column[bar] ?? NaN);
    fc.assert(
      fc.property(
        fc.record({
          horizon: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 55, max: 250 })),
          entry: fc.constantFrom(...ENTRIES),
          label: fc.constantFrom('horizon' as const, 'triple-barrier' as const),
          threshold: fc.constantFrom(0.01, 0.05, 0.3),
        }),
        fc.uniqueArray(fc.nat({ max: sessions.length - 1 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 250 }),
        (rule: LabelRule, missing, cut) => {
          const present = sessions.map((_, bar) => bar).filter((bar) => !missing.includes(bar));
          const weightsFrom = (start: number): Float32Array => {
            const bars = present.slice(start);
            const { open, high, low, close } = whole;
            return labelBars(
              {
                time: Int32Array.from(bars, (bar) => whole.time[bar] ?? 0),
                open: pick(open, bars),
                high: pick(high, bars),
                low: pick(low, bars),
                close: pick(close, bars),
              },
              rule,
              slots,
            ).weight;
          };
          const [all, later] = [weightsFrom(0), weightsFrom(cut)];
          expect([...later.subarray(KNOWN_BARS)]).to.deep.equal([...all.subarray(cut + KNOWN_BARS)]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
