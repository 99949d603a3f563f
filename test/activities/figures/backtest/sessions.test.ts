import { expect } from 'chai';

import { sessionsOf } from '../../../../activities/figures/backtest/sessions.js';

const BARS = ['2024-01-02 09:15', '2024-01-02 09:20', '2024-01-02 09:25', '2024-01-04 09:15'];

describe('the sessions of a backtest', () => {
  const sessions = sessionsOf([BARS, ['2024-01-03']]);

  it('are those of all arms, each once, in order', () => {
    expect(sessions.names).to.deep.equal(['2024-01-02', '2024-01-03', '2024-01-04']);
  });

  it('have the mean of their bars, or the last one; null where nothing is known', () => {
    expect(sessions.mean(BARS, [1, NaN, 2, NaN])).to.deep.equal([1.5, null, null]);
    expect(sessions.last(BARS, [1, 5, 2, NaN])).to.deep.equal([2, null, null]);
    expect(sessions.last(BARS, [1, 5, NaN, 3])).to.deep.equal([null, null, 3]);
  });

  it('keep a value that is alone as it is', () => {
    expect(sessions.mean(['2024-01-03'], [0.1 + 0.2])).to.deep.equal([null, 0.1 + 0.2, null]);
  });
});
