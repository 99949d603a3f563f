import { expect } from 'chai';
import fc from 'fast-check';

import { cutShards, planCohorts } from '../../../activities/plan/cohorts.js';
import type { PlanItem } from '../../../data/schemas/plan.js';

describe('cutShards', () => {
  it('keeps the order and the bound, and makes as few and as equal shards as possible', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 20 }), (symbols, most) => {
        const shards = cutShards(symbols, most);
        const sizes = shards.map((shard) => shard.length);
        expect(shards.flat()).to.deep.equal(symbols);
        expect(shards).to.have.length(Math.ceil(symbols.length / most));
        expect(sizes.every((size) => size > 0 && size <= most)).to.equal(true);
        expect(new Set(sizes).size).to.be.at.most(2);
      }),
    );
  });
});

describe('planCohorts', () => {
  it('keeps a cohort without trainable windows, with no shards', () => {
    const item = (symbol: string, start: string, status: PlanItem['status']): PlanItem => ({
      symbol,
      start,
      end: `${start.slice(0, 4)}-12-31`,
      status,
      reason: null,
      detail: null,
      bars: 1,
    });
    const cohorts = planCohorts(
      [
        item('A', '2022-01-01', 'trainable'),
        item('B', '2022-01-01', 'skipped'),
        item('C', '2022-01-01', 'trainable'),
        item('A', '2023-01-01', 'failed'),
      ],
      1,
    );
    expect(cohorts).to.deep.equal([
      { id: '2022-01-01_to_2022-12-31', start: '2022-01-01', end: '2022-12-31', shards: [['A'], ['C']] },
      { id: '2023-01-01_to_2023-12-31', start: '2023-01-01', end: '2023-12-31', shards: [] },
    ]);
  });
});
