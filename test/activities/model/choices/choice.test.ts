import { expect } from 'chai';

import { choose, keepUnlessBeaten } from '../../../../activities/model/choices/choice.js';

const CONFIGS = [{ ridge: 'off' }, { ridge: 100 }, { ridge: 10 }];
const TESTED = { rows: 40, dates: 4, first: '2021-01-01', last: '2021-01-06' };

describe('a choice from a grid', () => {
  it('takes the best figure, and of equal ones the first', () => {
    const choice = choose('ridge', CONFIGS, 2, { ...TESTED, figures: [0.01, 0.03, 0.03] });
    expect(choice).to.deep.equal({
      what: 'ridge',
      grid: [
        { config: { ridge: 'off' }, figure: 0.01 },
        { config: { ridge: 100 }, figure: 0.03 },
        { config: { ridge: 10 }, figure: 0.03 },
      ],
      rule: 'best',
      standard: 2,
      chosen: 1,
      reason: 'validated',
      ...TESTED,
    });
  });

  it('passes over candidates without a figure', () => {
    const choice = choose('ridge', CONFIGS, 2, { ...TESTED, figures: [NaN, -0.2, -0.1] });
    expect(choice.chosen).to.equal(2);
    expect(choice.grid[0]?.figure).to.equal(null);
  });

  it('takes the default where nothing could be validated', () => {
    for (const validation of [undefined, { ...TESTED, figures: [NaN, NaN, NaN] }]) {
      const choice = choose('ridge', CONFIGS, 2, validation);
      expect([choice.chosen, choice.reason]).to.deep.equal([2, 'default']);
      expect(choice.grid.map(({ figure }) => figure)).to.deep.equal([null, null, null]);
    }
    expect(choose('ridge', CONFIGS, 0).first).to.equal(null);
  });

  it('keeps the default unless another candidate is better by more than two standard errors', () => {
    const validation = { ...TESTED, figures: [0.01, 0.03, 0.02] };
    const chosen = (advantages: number[]): number =>
      keepUnlessBeaten('ridge', CONFIGS, 2, { ...validation, advantages }).chosen;
    expect(chosen([-1, 2, NaN])).to.equal(2);
    expect(chosen([-1, 2.1, NaN])).to.equal(1);
    expect(chosen([2.5, 2.1, NaN])).to.equal(0);
    expect(chosen([NaN, NaN, NaN])).to.equal(2);
    const kept = keepUnlessBeaten('ridge', CONFIGS, 2, { ...validation, advantages: [0, 1, NaN] });
    expect([kept.reason, kept.grid[1]?.figure]).to.deep.equal(['validated', 0.03]);
    expect(kept.grid.map(({ advantage }) => advantage)).to.deep.equal([0, 1, null]);
    const { chosen: standard, reason, rule } = keepUnlessBeaten('ridge', CONFIGS, 2);
    expect([standard, reason, rule]).to.deep.equal([2, 'default', 'clearly better']);
  });
});
