import { expect } from 'chai';
import fc from 'fast-check';

import { OUTCOMES } from '../../../../client/dashboard/contract/training.js';
import { windowGrid } from '../../../../client/dashboard/server/training/window-grid.js';
import type { PlanItem } from '../../../../data/schemas/plan.js';
import { windowLabel } from '../../../../data/schemas/plan.js';

const item = (more: Partial<PlanItem>): PlanItem => ({
  ...{ symbol: 'TCS', start: '2022-01-01', end: '2022-06-30', status: 'trainable', reason: null },
  ...{ detail: null, bars: 120 },
  ...more,
});

describe('the grid of windows', () => {
  it('has a row a symbol, a column a cohort, and a reason where a window did not succeed', () => {
    const items = [
      item({ symbol: 'TCS' }),
      item({ symbol: 'INFY' }),
      item({ symbol: 'INFY', start: '2022-06-30', end: '2022-12-27' }),
      item({ symbol: 'LICI', status: 'skipped', reason: 'not_listed', detail: 'listed 2022-05-17' }),
    ];
    const ended = new Map([
      [windowLabel('TCS', '2022-01-01', '2022-06-30'), { status: 'succeeded', reason: '' } as const],
      [windowLabel('INFY', '2022-01-01', '2022-06-30'), { status: 'failed', reason: 'Diverged' } as const],
    ]);
    expect(windowGrid({ items }, ended)).to.deep.equal({
      symbols: ['INFY', 'LICI', 'TCS'],
      cohorts: ['2022-01-01_to_2022-06-30', '2022-06-30_to_2022-12-27'],
      cells: 'fw' + 'k.' + 's.',
      reasons: ['Diverged', 'not_listed: listed 2022-05-17'],
      reasonOf: [
        [0, 0],
        [2, 1],
      ],
    });
  });

  it('keeps every planned window, whatever the plan', () => {
    const planned = fc.uniqueArray(
      fc.record({
        symbol: fc.constantFrom('A', 'B', 'C', 'D'),
        start: fc.constantFrom('2021-01-01', '2022-01-01', '2023-01-01'),
        status: fc.constantFrom('trainable', 'skipped', 'failed'),
      }),
      { selector: ({ symbol, start }) => `${symbol} ${start}` },
    );
    fc.assert(
      fc.property(planned, (windows) => {
        const items = windows.map(({ symbol, start, status }) =>
          item({ symbol, start, end: `${start.slice(0, 4)}-12-31`, status }),
        );
        const { cells, symbols, cohorts } = windowGrid({ items }, new Map());
        expect(cells).to.have.length(symbols.length * cohorts.length);
        const count = (letter: string): number => cells.split(letter).length - 1;
        for (const [status, letter] of [
          ['trainable', OUTCOMES.waiting],
          ['skipped', OUTCOMES.skipped],
          ['failed', OUTCOMES.failed],
        ] as const)
          expect(count(letter)).to.equal(items.filter((one) => one.status === status).length);
      }),
    );
  });
});
