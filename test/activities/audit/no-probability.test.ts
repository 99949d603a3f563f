import { expect } from 'chai';

import { noProbabilityReason } from '../../../activities/audit/no-probability.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { lowerBound, pickBars } from '../../../data/bars/series.js';
import { startOfDate } from '../../../data/time/dates.js';
import { calendar, dailyBars } from '../../support/bars.js';

describe('why there is no probability', () => {
  const whole = dailyBars(60, { from: '2022-01-03' });
  const hole = lowerBound(whole.time, startOfDate('2022-02-15'));
  const raw = pickBars(
    whole,
    Array.from(whole.time.keys()).filter((bar) => bar !== hole),
  );
  const why = (date: string): string =>
    noProbabilityReason(raw, barSlots(calendar, { interval: '1day' }), date, { horizon: 2, threshold: 0.02 });

  it('is a closed day, a missing bar or an unknown label, or is not said', () => {
    expect(why('2022-01-26'), 'a holiday').to.equal(', which is no session of the exchange');
    expect(why('2022-02-12'), 'a Saturday').to.equal(', which is no session of the exchange');
    expect(why('2022-02-15')).to.equal(', since the symbol has no bar then');
    expect(why('2022-02-11'), 'two sessions before the hole').to.equal(
      ', since its label is not known: the symbol lacks bars in the 2 that it looks ahead',
    );
    expect(why('2022-02-14')).to.equal('');
    expect(why('2022-02-31')).to.equal(', which is no date');
  });
});
