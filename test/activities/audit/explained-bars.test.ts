import { expect } from 'chai';

import { explainedBars } from '../../../activities/audit/explained-bars.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { formatBarTime } from '../../../data/bars/bar-time.js';
import { ENTRIES } from '../../../data/schemas/run-choices.js';
import { calendar, dailyBars } from '../../support/bars.js';

describe('the bars that a probability is explained by', () => {
  const slots = barSlots(calendar, { interval: '1day' });
  const raw = dailyBars(20);
  const day = (bar: number): string => formatBarTime(raw.time[bar] ?? 0, '1day');
  // The bars before this day count as half.
  const corporateActions = [{ exDate: day(3), priceFactor: 2, kind: 'split 2:1' }];

  it('start at the entry, with the adjusted return from there', () => {
    const [open, close] = [
      (bar: number): number => raw.open[bar] ?? NaN,
      (bar: number): number => raw.close[bar] ?? NaN,
    ];
    const expected = {
      close: { entry: day(2), end: day(4), again: close(4) / (close(2) / 2) - 1 },
      'next-open': { entry: day(3), end: day(4), again: close(4) / open(3) - 1 },
      'next-close': { entry: day(3), end: day(5), again: close(5) / close(3) - 1 },
    };
    for (const entry of ENTRIES) {
      const rule = { horizon: 2, threshold: 0.02, entry };
      const bars = explainedBars(raw, { corporateActions }, slots, rule)(2);
      expect([bars.bar.date, bars.bar.factor, bars.lookbackFrom], entry).to.deep.equal([day(2), 2, day(0)]);
      expect([bars.entry?.date, bars.horizonEnd?.date], entry).to.deep.equal([
        expected[entry].entry,
        expected[entry].end,
      ]);
      expect(bars.returnAgain, entry).to.be.closeTo(expected[entry].again, 1e-12);
    }
  });

  it('have no return where the entry or the exit is missing', () => {
    const rule = { horizon: 2, threshold: 0.02, entry: 'next-open' as const };
    const last = explainedBars(raw, {}, slots, rule)(19);
    expect([last.entry, last.horizonEnd, last.returnAgain]).to.deep.equal([null, null, null]);
    const before = explainedBars(raw, {}, slots, rule)(18);
    expect([before.entry?.date, before.horizonEnd, before.returnAgain]).to.deep.equal([day(19), null, null]);
  });
});
