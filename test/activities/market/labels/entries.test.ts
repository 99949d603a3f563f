import { expect } from 'chai';
import fc from 'fast-check';

import { barSlots } from '../../../../activities/market/bar-slots.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import type { LabelledBars, Labels } from '../../../../activities/market/labels/labels.js';
import { labelBars } from '../../../../activities/market/labels/labels.js';
import { OUTCOME_HORIZONS, horizonReturns } from '../../../../activities/market/labels/outcomes.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';
import { describeLabel } from '../../../../data/schemas/label-rule.js';
import type { Entry } from '../../../../data/schemas/run-choices.js';
import { ENTRIES } from '../../../../data/schemas/run-choices.js';
import { MINUTES_PER_DAY, dayNumber } from '../../../../data/time/dates.js';
import { calendar } from '../../../support/bars.js';
import { labelsOf } from '../../../fuzz/oracle.js';

const slots = barSlots(calendar, { interval: '1day' });
const sessions = [...calendar.sessionsBetween(dayNumber('2022-01-03'), dayNumber('2022-06-01'))];
const timeOf = (session: number): number => (sessions[session] ?? 0) * MINUTES_PER_DAY;
/** Which session a time is of; undefined where a label is not known. */
const sessionOf = (time = NaN): number | undefined =>
  time === UNRESOLVED ? undefined : sessions.indexOf(time / MINUTES_PER_DAY);

/** [open, high, low, close] */
type Prices = readonly [number, number, number, number];
const PRICES: readonly Prices[] = [
  [100, 101, 99, 100],
  [102, 104, 101, 103],
  [103, 106, 102, 105],
  [104, 108, 103, 107],
  [106, 107, 100, 101],
  [100, 103, 99, 102],
];

function barsOf(prices: readonly Prices[], chosen: readonly number[]): LabelledBars {
  const column = (index: 0 | 1 | 2 | 3): Float64Array =>
    Float64Array.from(chosen, (session) => prices[session]?.[index] ?? NaN);
  return {
    time: Int32Array.from(chosen, timeOf),
    ...{ open: column(0), high: column(1), low: column(2), close: column(3) },
  };
}

const ALL = [0, 1, 2, 3, 4, 5];
const WITHOUT_1 = [0, 2, 3, 4, 5];
const round = (value: number): number => Number(value.toFixed(6));

/** The labels of six sessions of {@link PRICES}. */
const labelled = (rule: LabelRule, chosen = ALL): Labels => labelBars(barsOf(PRICES, chosen), rule, slots);

describe('labels from an entry', () => {
  const fixed = { horizon: 2, threshold: 0.03 } as const;
  const barriers = { label: 'triple-barrier', horizon: 2, threshold: 0.03, lowerBarrier: 0.02 } as const;

  it('of a fixed horizon are the returns from the entry price to the close of the last bar held', () => {
    const expected: Record<Entry, [(number | null)[], number[], (number | undefined)[]]> = {
      close: [
        [5 / 100, 4 / 103, -4 / 105, -5 / 107, null, null],
        [1, 1, 0, 0, 0, 0],
        [2, 3, 4, 5],
      ],
      'next-open': [
        [3 / 102, 4 / 103, -3 / 104, -4 / 106, null, null],
        [0, 1, 0, 0, 0, 0],
        [2, 3, 4, 5],
      ],
      'next-close': [
        [4 / 103, -4 / 105, -5 / 107, null, null, null],
        [1, 0, 0, 0, 0, 0],
        [3, 4, 5],
      ],
    };
    for (const entry of ENTRIES) {
      const [returns, labels, resolved] = expected[entry];
      const found = labelled({ ...fixed, entry });
      expect(Array.from(found.forwardReturn, round), entry).to.deep.equal(
        returns.map((change) => (change === null ? NaN : round(change))),
      );
      expect([...found.label], entry).to.deep.equal(labels);
      expect(
        [...found.resolvedAt].map(sessionOf).filter((at) => at !== undefined),
        entry,
      ).to.deep.equal(resolved);
      expect(found.touchedAt, entry).to.deep.equal(found.resolvedAt);
    }
  });

  it('have the forward scale of the bars that are held, the first from the entry price', () => {
    const first = (entry: Entry): number => labelled({ ...fixed, entry }).forwardScale[0] ?? NaN;
    const scale = (...changes: number[]): number => Math.log(Math.hypot(...changes.map(Math.log)) / 0.03);
    expect(first('close')).to.be.closeTo(scale(103 / 100, 105 / 103), 1e-12);
    expect(first('next-open')).to.be.closeTo(scale(103 / 102, 105 / 103), 1e-12);
    expect(first('next-close')).to.be.closeTo(scale(105 / 103, 107 / 105), 1e-12);
  });

  it('with barriers stand on the entry price, and count the bar of an entry at its open', () => {
    const of = (entry: Entry, session: number): (number | undefined)[] => {
      const { label, forwardReturn, touchedAt, resolvedAt } = labelled({ ...barriers, entry });
      return [
        label[session],
        round(forwardReturn[session] ?? NaN),
        sessionOf(touchedAt[session]),
        sessionOf(resolvedAt[session]),
      ];
    };
    // From 100: 104 of session 1 is above 103.
    expect(of('close', 0)).to.deep.equal([1, 0.03, 1, 2]);
    // From 102: session 1 stays below 105.06, session 2 reaches it.
    expect(of('next-open', 0)).to.deep.equal([1, 0.03, 2, 2]);
    // From 103: session 1 itself does not count, session 2 stays below 106.09.
    expect(of('next-close', 0)).to.deep.equal([1, 0.03, 3, 3]);
    // From the open of session 4, 106: its own low is below 103.88.
    expect(of('next-open', 3)).to.deep.equal([0, -0.02, 4, 5]);
    // From the close of session 3, 107: its own low does not count, that of session 4 does.
    expect(of('next-close', 2)).to.deep.equal([0, -0.02, 4, 5]);
  });

  it('are unknown where the bar to enter at is missing, though the one that ends the horizon is there', () => {
    const known = (rule: LabelRule): boolean =>
      !Number.isNaN(labelled({ ...rule, horizon: 3 }, WITHOUT_1).forwardReturn[0]);
    for (const entry of ENTRIES) expect(known({ ...fixed, entry }), entry).to.equal(entry === 'close');
    for (const entry of ENTRIES) expect(known({ ...barriers, entry }), entry).to.equal(false);
  });

  it('agree with an oracle that knows only the definition, for any gaps', () => {
    const price = fc.integer({ min: 900, max: 1100 });
    const bar = fc.tuple(price, price, price, price).map(([a, b, c, d]): Prices => {
      const [low = a, open = a, close = a, high = a] = [a, b, c, d].sort((x, y) => x - y);
      return (a + b) % 2 === 0 ? [open, high, low, close] : [close, high, low, open];
    });
    const rule = fc.record({
      label: fc.constantFrom('horizon' as const, 'triple-barrier' as const),
      horizon: fc.integer({ min: 1, max: 6 }),
      threshold: fc.constantFrom(0.01, 0.03),
      lowerBarrier: fc.constantFrom(0.02, 0.04),
      entry: fc.constantFrom(...ENTRIES),
    });
    fc.assert(
      fc.property(
        fc.array(bar, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat({ max: 39 }), { maxLength: 6 }),
        rule,
        (prices, missing, tried) => {
          const chosen = prices.map((_, session) => session).filter((session) => !missing.includes(session));
          const bars = barsOf(prices, chosen);
          const found = labelBars(bars, tried, slots);
          const expected = labelsOf(
            chosen.map((session) => {
              const [open, high, low, close] = prices[session] ?? [NaN, NaN, NaN, NaN];
              return { time: timeOf(session), open, high, low, close, volume: 1 };
            }),
            prices.map((_, session) => timeOf(session)),
            tried,
          );
          expected.forEach((truth, at) => {
            expect(found.label[at]).to.equal(truth?.label ?? 0);
            expect(found.touchedAt[at]).to.equal(truth?.decidedAt ?? UNRESOLVED);
            expect(found.resolvedAt[at]).to.equal(truth?.exitAt ?? UNRESOLVED);
            expect(Number.isNaN(found.forwardReturn[at])).to.equal(truth === null);
          });
        },
      ),
    );
  });
});

describe('horizonReturns', () => {
  it('are the returns of a held trade, where both of its bars are there', () => {
    const of = (entry: Entry, chosen = ALL) => horizonReturns(barsOf(PRICES, chosen), slots, entry, [1, 3]);
    const [close, open, later] = [of('close'), of('next-open'), of('next-close')];
    expect([...close.entryTime].map(sessionOf)).to.deep.equal(ALL);
    expect([...open.entryTime].map(sessionOf)).to.deep.equal([1, 2, 3, 4, 5, undefined]);
    expect([...close.entryPrice]).to.deep.equal([100, 103, 105, 107, 101, 102]);
    expect([...open.entryPrice]).to.deep.equal([102, 103, 104, 106, 100, NaN]);
    expect([...later.entryPrice]).to.deep.equal([103, 105, 107, 101, 102, NaN]);
    const first = (returns: readonly Float64Array[]): number[] => returns.map(([one = NaN]) => round(one));
    expect(first(close.returns)).to.deep.equal([3 / 100, 7 / 100].map(round));
    expect(first(open.returns)).to.deep.equal([1 / 102, 5 / 102].map(round));
    expect(first(later.returns)).to.deep.equal([2 / 103, -2 / 103].map(round));
    expect(later.resolvedAt.map((times) => [...times].map(sessionOf))).to.deep.equal([
      [2, 3, 4, 5, undefined, undefined],
      [4, 5, undefined, undefined, undefined, undefined],
    ]);
    const holed = of('next-open', WITHOUT_1);
    expect([holed.entryTime[0], holed.entryPrice[0]]).to.deep.equal([UNRESOLVED, NaN]);
    expect(first(holed.returns)).to.deep.equal([NaN, NaN]);
    expect(holed.resolvedAt.map(([one]) => one)).to.deep.equal([UNRESOLVED, UNRESOLVED]);
  });

  it('at the label’s horizon are its forward returns, and never those of a barrier', () => {
    const bars = barsOf(PRICES, ALL);
    for (const entry of ENTRIES) {
      const [returns] = horizonReturns(bars, slots, entry, [2]).returns;
      expect(returns).to.deep.equal(labelled({ horizon: 2, threshold: 0.03, entry }).forwardReturn);
    }
    expect([...OUTCOME_HORIZONS]).to.deep.equal([1, 5, 10, 20]);
  });
});

describe('describeLabel', () => {
  it('says where the return starts', () => {
    const rule = { horizon: 5, threshold: 0.02 };
    expect(describeLabel(rule)).to.equal('the close rises more than 2 % in 5 bars');
    expect(describeLabel({ ...rule, entry: 'next-open' })).to.equal(
      'the price rises more than 2 % from the next open in 5 bars',
    );
    expect(describeLabel({ ...rule, entry: 'next-close', label: 'triple-barrier' })).to.equal(
      'the price touches 2 % above the next close before it touches 2 % below it, within 5 bars',
    );
  });
});
