import { expect } from 'chai';
import fc from 'fast-check';

import type { BarSlots } from '../../../../activities/market/bar-slots.js';
import { ADJACENT_SLOTS, barSlots } from '../../../../activities/market/bar-slots.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import type { LabelledBars, Labels } from '../../../../activities/market/labels/labels.js';
import { labelBars } from '../../../../activities/market/labels/labels.js';
import type { LabelRule } from '../../../../data/schemas/label-rule.js';
import { MINUTES_PER_DAY, dayNumber, dayOfMinutes, isoDate } from '../../../../data/time/dates.js';
import { calendar } from '../../../support/bars.js';

const daily = barSlots(calendar, { interval: '1day' });
const sessions = [...calendar.sessionsBetween(dayNumber('2022-01-03'), dayNumber('2023-01-01'))];

/** Bars on some sessions of 2022, by index; the close is given by the session. */
function barsOn(chosen: readonly number[], close: (session: number) => number, spread = 0): LabelledBars {
  const prices = Float64Array.from(chosen, close);
  return {
    time: Int32Array.from(chosen, (session) => (sessions[session] ?? 0) * MINUTES_PER_DAY),
    open: prices,
    high: prices.map((price) => price * (1 + spread)),
    low: prices.map((price) => price * (1 - spread)),
    close: prices,
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, session) => session);
const walk = (session: number): number => 100 * (1 + 0.03 * Math.sin(session * session));

/** The label of a session by the calendar alone, or undefined where it is not known. */
function oracle(chosen: readonly number[], session: number, rule: LabelRule) {
  const exit = session + rule.horizon;
  const known = (at: number): boolean => chosen.includes(at);
  if (!known(exit)) return undefined;
  const change = walk(exit) / walk(session) - 1;
  return { change, label: change > rule.threshold ? 1 : 0, date: isoDate(sessions[exit] ?? 0) };
}

describe('labels over sessions', () => {
  const rule = { horizon: 3, threshold: 0.01 };

  it('are unknown where the exit session has no bar, and never those of the next bar', () => {
    const chosen = upTo(12).filter((session) => session !== 5);
    const { label, forwardReturn, forwardScale, resolvedAt, touchedAt } = labelBars(
      barsOn(chosen, (session) => 100 + 2 * session),
      rule,
      daily,
    );
    const known = chosen.map((_, bar) => !Number.isNaN(forwardReturn[bar]));
    // Sessions 2 (exit 5), and 9, 10 and 11 at the end.
    expect(known).to.deep.equal([true, true, false, true, true, true, true, true, false, false, false]);
    expect(forwardReturn[0]).to.equal(106 / 100 - 1);
    expect(forwardReturn[1]).to.equal(108 / 102 - 1);
    expect([label[2], resolvedAt[2], touchedAt[2], forwardScale[2]]).to.deep.equal([
      0,
      UNRESOLVED,
      UNRESOLVED,
      NaN,
    ]);
    expect(dayOfMinutes(resolvedAt[3] ?? 0), 'of session 3').to.equal(sessions[6]);
    // The two sessions around the hole are one move.
    expect(forwardScale[3]).to.be.closeTo(
      Math.log(Math.hypot(Math.log(108 / 106), Math.log(112 / 108)) / 0.01),
      1e-12,
    );
  });

  it('count no bar on a closed day', () => {
    const { time, close } = barsOn(upTo(6), walk);
    const friday = upTo(6).find((bar) => (time[bar + 1] ?? 0) - (time[bar] ?? 0) > MINUTES_PER_DAY) ?? -1;
    const saturday = (time[friday] ?? 0) + MINUTES_PER_DAY;
    const put = (column: ArrayLike<number>, value: number): number[] => [
      ...Array.from(column).slice(0, friday + 1),
      value,
      ...Array.from(column).slice(friday + 1),
    ];
    const longer = Float64Array.from(put(close, 1000));
    const bars = {
      time: Int32Array.from(put(time, saturday)),
      open: longer,
      high: longer,
      low: longer,
      close: longer,
    };
    const clean = labelBars({ time, open: close, high: close, low: close, close }, rule, daily);
    const spoilt = labelBars(bars, rule, daily);
    expect(spoilt.forwardReturn[friday + 1]).to.deep.equal(NaN);
    const without = (column: ArrayLike<number>): number[] =>
      Array.from(column).filter((_, bar) => bar !== friday + 1);
    expect(without(spoilt.forwardReturn)).to.deep.equal([...clean.forwardReturn]);
    expect(without(spoilt.label)).to.deep.equal([...clean.label]);
    expect(without(spoilt.resolvedAt)).to.deep.equal([...clean.resolvedAt]);
  });

  it('with barriers need every session of the horizon, touched before or not', () => {
    const barriers = { label: 'triple-barrier', horizon: 4, threshold: 0.02 } as const;
    // Session 1 touches the upper barrier of session 0; session 3 has no bar.
    const close = (session: number): number => (session === 0 ? 100 : 103);
    const of = (chosen: readonly number[]): Labels => labelBars(barsOn(chosen, close), barriers, daily);
    expect(of(upTo(7)).label[0]).to.equal(1);
    const { label, forwardReturn, resolvedAt } = of(upTo(7).filter((session) => session !== 3));
    expect([label[0], forwardReturn[0], resolvedAt[0]]).to.deep.equal([0, NaN, UNRESOLVED]);
    // With session 2 missing instead, session 2's successor is whole again.
    const later = of(upTo(9).filter((session) => session !== 2));
    expect(Number.isNaN(later.forwardReturn[1] ?? 0), 'session 1').to.equal(true);
    expect(dayOfMinutes(later.resolvedAt[2] ?? 0), 'session 3').to.equal(sessions[7]);
  });

  it('look across sessions in slots of 5 minutes', () => {
    const slots = barSlots(calendar, { interval: '5minute' });
    const [first = 0, second = 0] = sessions;
    const day = (session: number, skipped: readonly number[] = []): number[] =>
      Array.from({ length: 75 }, (_, bar) => session * MINUTES_PER_DAY + 555 + 5 * bar).filter(
        (_, bar) => !skipped.includes(bar),
      );
    const time = Int32Array.from([...day(first, [10]), ...day(second)]);
    const close = Float64Array.from(time, (_, bar) => 100 + bar);
    const { resolvedAt, forwardReturn } = labelBars(
      { time, open: close, high: close, low: close, close },
      { horizon: 6, threshold: 0 },
      slots,
    );
    expect(forwardReturn[4], 'the exit 09:15 + 10 · 5 minutes is missing').to.deep.equal(NaN);
    expect(resolvedAt[5]).to.equal(first * MINUTES_PER_DAY + 555 + 55);
    expect(forwardReturn[5]).to.equal(110 / 105 - 1);
    const last = 73;
    expect(resolvedAt[last], 'of the last bar of a session').to.equal(second * MINUTES_PER_DAY + 555 + 25);
  });

  it('agree with the calendar for any gaps', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 79 }), { minLength: 1, maxLength: 70 }),
        fc.integer({ min: 1, max: 12 }),
        (some, horizon) => {
          const chosen = [...some].sort((a, b) => a - b);
          const tried = { horizon, threshold: 0.01 };
          const found = labelBars(barsOn(chosen, walk), tried, daily);
          chosen.forEach((session, bar) => {
            const expected = oracle(chosen, session, tried);
            expect(found.forwardReturn[bar]).to.deep.equal(expected?.change ?? NaN);
            expect(found.label[bar]).to.equal(expected?.label ?? 0);
            const resolved = found.resolvedAt[bar] ?? 0;
            expect(resolved === UNRESOLVED ? undefined : isoDate(dayOfMinutes(resolved))).to.equal(
              expected?.date,
            );
            expect(found.weight[bar]).to.be.within(0.01, 1);
          });
        },
      ),
    );
  });

  it('of a series without gaps are those of the next bars, bit for bit', () => {
    const rules: LabelRule[] = [
      { horizon: 1, threshold: 0.01 },
      { horizon: 5, threshold: 0.02 },
      { horizon: 8, threshold: 0.03, label: 'triple-barrier' },
      { horizon: 30, threshold: 0.01, lowerBarrier: 0.02, label: 'triple-barrier' },
    ];
    for (const one of rules)
      for (const count of [1, 4, 30, 31, 200]) {
        const bars = barsOn(
          upTo(count).map((session) => session + 11),
          walk,
          0.01,
        );
        const expected = labelsOfNextBars(bars, one);
        for (const slots of [daily, ADJACENT_SLOTS] satisfies BarSlots[])
          expect(bits(labelBars(bars, one, slots)), `${one.horizon} of ${count}`).to.deep.equal(
            bits(expected),
          );
      }
  });

  it('weigh a label the same whether a later one stays unknown or not', () => {
    const whole = labelBars(barsOn(upTo(60), walk), rule, daily);
    const holed = labelBars(
      barsOn(
        upTo(60).filter((session) => session !== 40),
        walk,
      ),
      rule,
      daily,
    );
    // The labels that end before the hole, although those around them do not.
    expect([...holed.weight.slice(0, 36)]).to.deep.equal([...whole.weight.slice(0, 36)]);
  });
});

/** The rule before sessions were counted: a label looks at the next bars of the series. */
function labelsOfNextBars({ time, open, high, low, close }: LabelledBars, rule: LabelRule): Labels {
  const count = time.length;
  const { horizon, threshold } = rule;
  const lower = rule.label === 'triple-barrier' ? (rule.lowerBarrier ?? threshold) : undefined;
  const labels: Labels = {
    forwardReturn: new Float64Array(count).fill(NaN),
    forwardScale: new Float64Array(count).fill(NaN),
    label: new Uint8Array(count),
    touchedAt: new Int32Array(count).fill(UNRESOLVED),
    resolvedAt: new Int32Array(count).fill(UNRESOLVED),
    weight: new Float32Array(count),
  };
  const ends = Array.from(time, (_, t) => {
    let touch: { bar: number; price: number; up: boolean } | undefined;
    const [ceiling, floor] = [(close[t] ?? 0) * (1 + threshold), (close[t] ?? 0) * (1 - (lower ?? 0))];
    for (let bar = t + 1; lower !== undefined && touch === undefined && bar <= t + horizon; bar += 1) {
      if (bar >= count) break;
      const opened = open[bar] ?? NaN;
      if (opened >= ceiling) touch = { bar, price: opened, up: true };
      else if ((low[bar] ?? NaN) <= floor) touch = { bar, price: Math.min(opened, floor), up: false };
      else if ((high[bar] ?? NaN) >= ceiling) touch = { bar, price: ceiling, up: true };
    }
    const end = touch?.bar ?? t + horizon;
    if (t + horizon >= count) return end;
    const change = (touch?.price ?? close[end] ?? NaN) / (close[t] ?? NaN) - 1;
    labels.forwardReturn[t] = change;
    labels.label[t] = (lower === undefined ? change > threshold : touch?.up === true) ? 1 : 0;
    labels.touchedAt[t] = time[end] ?? UNRESOLVED;
    labels.resolvedAt[t] = time[t + horizon] ?? UNRESOLVED;
    // Of forwardScale only whether it is known: its logarithm is tested elsewhere.
    labels.forwardScale[t] = 0;
    return end;
  });
  // Labels of a fixed horizon count as if the history began earlier.
  const earlier = (bar: number): number => (lower === undefined ? Math.max(0, horizon - bar) : 0);
  const living = Array.from(
    time,
    (_, bar) => earlier(bar) + ends.filter((end, t) => t < bar && bar <= end).length,
  );
  ends.forEach((end, t) => {
    const last = Math.min(end, count - 1);
    let sum = 0;
    for (let bar = t + 1; bar <= last; bar += 1) sum += 1 / (living[bar] ?? NaN);
    labels.weight[t] = last === t ? 1 : sum / (last - t);
  });
  return labels;
}

function bits(labels: Labels): Buffer[] {
  const known = labels.forwardScale.map((scale) => (Number.isNaN(scale) ? NaN : 0));
  return Object.values({ ...labels, forwardScale: known }).map((column: ArrayBufferView) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength),
  );
}
