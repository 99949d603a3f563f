import { expect } from 'chai';
import fc from 'fast-check';

import { callsPerMinuteAndDay } from '../../../data/sources/quota-limits.js';
import type { QuotaLimits } from '../../../data/sources/quota-limits.js';
import type { QuotaState } from '../../../workflows/provider/quota-rule.js';
import {
  UNUSED_QUOTA,
  blockQuota,
  forgottenAt,
  leaseCalls,
  returnLease,
} from '../../../workflows/provider/quota-rule.js';

const BREEZE = callsPerMinuteAndDay(100, 5_000);
/** Midnight of a day of the exchange, and some time in the afternoon. */
const MIDNIGHT = Date.parse('2026-03-02T00:00:00+05:30');
const AFTERNOON = Date.parse('2026-03-02T15:00:00+05:30');

/** How one lease is used: when it is requested, when its calls are made, whether it is returned. */
interface Use {
  readonly wanted: number;
  /** Time between this request and the one before. */
  readonly pauseMs: number;
  /** Share of the calls that are made. */
  readonly made: number;
  /** When they are made, as a share of the lease's life: the worst cases are 0 and 1. */
  readonly when: number;
  /** The worker was killed: the lease is never returned. */
  readonly lost: boolean;
  /** How long after the last call it is returned. */
  readonly delayMs: number;
  /** Error of the provider's clock when it counts the call. */
  readonly skew: number;
}

/** Most calls in any span and in any day. */
function worst(calls: readonly number[], { spanMs, dayMs, dayOffsetMs }: QuotaLimits) {
  const sorted = [...calls].sort((a, b) => a - b);
  let [span, first] = [0, 0];
  const days = new Map<number, number>();
  sorted.forEach((time, index) => {
    while ((sorted[first] ?? 0) <= time - spanMs) first += 1;
    span = Math.max(span, index - first + 1);
    const day = Math.floor((time + dayOffsetMs) / dayMs);
    days.set(day, (days.get(day) ?? 0) + 1);
  });
  return { span, day: Math.max(0, ...days.values()), days: days.size };
}

/** Simulates leases on a virtual clock. @returns When the provider counted each call. */
function play(limits: QuotaLimits, start: number, uses: readonly Use[]): number[] {
  let state: QuotaState = UNUSED_QUOTA;
  let now = start;
  const calls: number[] = [];
  const returns: { readonly at: number; readonly id: string; readonly used: number }[] = [];
  const turn = (to: number): void => {
    returns.sort((a, b) => a.at - b.at);
    for (let next = returns[0]; next !== undefined && next.at <= to; next = returns[0]) {
      returns.shift();
      state = returnLease(state, limits, next.at, next);
    }
    now = to;
  };
  uses.forEach(({ wanted, pauseMs, made, when, lost, delayMs, skew }, index) => {
    turn(now + pauseMs);
    const id = String(index);
    let decision = leaseCalls(state, limits, now, { id, wanted });
    for (let tries = 0; 'waitUntil' in decision; tries += 1) {
      expect(tries, 'asks for one lease').to.be.below(1000);
      expect(decision.waitUntil, 'waits').to.be.greaterThan(now);
      // Like the keeper: it looks again when a lease is returned.
      turn(Math.min(decision.waitUntil, returns[0]?.at ?? Infinity));
      decision = leaseCalls(state, limits, now, { id, wanted });
    }
    const { lease } = decision;
    state = decision.state;
    expect(lease.calls).to.be.within(1, wanted);
    const used = Math.round(made * lease.calls);
    const at = now + when * (lease.expiresAt - now);
    for (let call = 0; call < used; call += 1) calls.push(at + skew * limits.marginMs);
    if (!lost) returns.push({ at: at + delayMs, id, used });
  });
  return calls;
}

const uses = (limits: QuotaLimits): fc.Arbitrary<readonly Use[]> =>
  fc.array(
    fc.record({
      wanted: fc.integer({ min: 1, max: 2 * limits.spanCalls }),
      pauseMs: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        fc.nat(limits.spanMs),
        fc.nat(limits.dayMs / 4),
      ),
      made: fc.oneof(
        { weight: 5, arbitrary: fc.constant(1) },
        fc.constant(0),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
      when: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      lost: fc.boolean(),
      delayMs: fc.oneof(fc.constant(0), fc.nat(2 * limits.spanMs)),
      skew: fc.constantFrom(-0.5, 0, 0.5),
    }),
    { minLength: 1, maxLength: 150 },
  );

describe('the rule of the quota', () => {
  it('never allows more calls than the limits of a minute and a day, whenever they are made', () => {
    fc.assert(
      fc.property(uses(BREEZE), fc.nat(BREEZE.dayMs), (list, offset) => {
        const { span, day } = worst(play(BREEZE, MIDNIGHT + offset, list), BREEZE);
        expect(span).to.be.at.most(BREEZE.spanCalls);
        expect(day).to.be.at.most(BREEZE.dayCalls);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a tight quota while days end all the time', () => {
    const tight: QuotaLimits = {
      spanCalls: 7,
      spanMs: 60_000,
      dayCalls: 23,
      dayMs: 600_000,
      dayOffsetMs: 7,
      marginMs: 500,
    };
    fc.assert(
      fc.property(uses(tight), fc.nat(tight.dayMs), (list, offset) => {
        const { span, day } = worst(play(tight, MIDNIGHT + offset, list), tight);
        expect(span).to.be.at.most(tight.spanCalls);
        expect(day).to.be.at.most(tight.dayCalls);
      }),
      { numRuns: 400 },
    );
  });

  const steady = (wanted: number): Use => ({
    wanted,
    pauseMs: 0,
    made: 1,
    when: 0.5,
    lost: false,
    delayMs: 0,
    skew: 0,
  });

  it('allows 96 calls within a minute', () => {
    const calls = play(BREEZE, AFTERNOON, [steady(50), steady(46)]);
    expect(calls).to.have.length(96);
    expect(Math.max(...calls) - AFTERNOON).to.be.below(60_000);
  });

  it('takes two days for the 5,664 calls of 96 symbols, and continues by itself after midnight', () => {
    const wanted = 96 * 59;
    const list: Use[] = [];
    for (let calls = 0; calls < wanted; calls += 50) list.push(steady(Math.min(50, wanted - calls)));
    const calls = play(BREEZE, Date.parse('2026-03-02T09:00:00+05:30'), list);
    // A lease may be smaller than requested: the rest is requested again.
    const more: Use[] = [];
    for (let left = wanted - calls.length; left > 0; left -= 50) more.push(steady(Math.min(50, left)));
    expect(more.length).to.be.at.most(1);
    expect(worst(calls, BREEZE)).to.include({ day: 5_000, days: 2 });
    const first = calls.filter((time) => time < Date.parse('2026-03-03T00:00:00+05:30'));
    expect(Math.max(...first) - (calls[0] ?? 0), 'the first 5,000').to.be.below(90 * 60_000);
  });

  it('stops for the rest of the day, or for a minute, when the provider says so', () => {
    const minute = leaseCalls(blockQuota(UNUSED_QUOTA, BREEZE, AFTERNOON, 'span'), BREEZE, AFTERNOON + 1, {
      id: 'a',
      wanted: 1,
    });
    expect(minute).to.deep.equal({ waitUntil: AFTERNOON + 65_000, limit: 'span' });
    const day = leaseCalls(blockQuota(UNUSED_QUOTA, BREEZE, AFTERNOON, 'day'), BREEZE, AFTERNOON + 1, {
      id: 'a',
      wanted: 1,
    });
    expect(day).to.deep.equal({ waitUntil: MIDNIGHT + 86_400_000 + 5_000, limit: 'day' });
  });

  it('frees unused calls at once', () => {
    const taken = leaseCalls(UNUSED_QUOTA, BREEZE, AFTERNOON, { id: 'a', wanted: 100 });
    if (!('lease' in taken)) throw new Error('no lease');
    expect(leaseCalls(taken.state, BREEZE, AFTERNOON + 1, { id: 'b', wanted: 30 })).to.have.property(
      'limit',
      'span',
    );
    const back = returnLease(taken.state, BREEZE, AFTERNOON + 2, { id: 'a', used: 60 });
    expect(leaseCalls(back, BREEZE, AFTERNOON + 3, { id: 'b', wanted: 100 })).to.have.nested.property(
      'lease.calls',
      40,
    );
    expect(back.dayCalls, 'of the day, at once').to.equal(60);
    expect(returnLease(back, BREEZE, AFTERNOON + 4, { id: 'a', used: 0 }), 'a second time').to.deep.equal(
      back,
    );
    const late = AFTERNOON + 90_000;
    expect(leaseCalls(taken.state, BREEZE, late, { id: 'b', wanted: 30 }), 'expired').to.have.property(
      'limit',
    );
    const found = returnLease(taken.state, BREEZE, late, { id: 'a', used: 60 });
    expect(
      leaseCalls(found, BREEZE, late + 1, { id: 'b', wanted: 100 }),
      'found again',
    ).to.have.nested.property('lease.calls', 40);
    expect(found.dayCalls, 'of the day').to.equal(60);
    expect(returnLease(found, BREEZE, late + 2, { id: 'a', used: 0 }), 'found a second time').to.deep.equal(
      found,
    );
    const afterHours = returnLease(taken.state, BREEZE, AFTERNOON + 8 * 3_600_000, { id: 'a', used: 60 });
    expect(afterHours.dayCalls, 'of the day, hours later').to.equal(60);
    const nextDay = returnLease(taken.state, BREEZE, AFTERNOON + 10 * 3_600_000, { id: 'a', used: 60 });
    expect(nextDay.dayCalls, 'of the next day').to.equal(0);
    expect(forgottenAt(back, BREEZE, AFTERNOON + 5)).to.equal(MIDNIGHT + 86_400_000 + 5_000);
  });
});
