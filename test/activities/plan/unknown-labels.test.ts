import { expect } from 'chai';

import { unknownLabelNotice } from '../../../activities/plan/unknown-labels.js';
import type { PlanItem } from '../../../data/schemas/plan.js';

function item(symbol: string, unknownLabels?: number): PlanItem {
  const window = { symbol, start: '2022-01-01', end: '2022-06-30', reason: null, detail: null, bars: 120 };
  return { ...window, status: 'trainable', ...(unknownLabels === undefined ? {} : { unknownLabels }) };
}

describe('the notice about unknown labels', () => {
  it('is absent where every label is known', () => {
    expect(unknownLabelNotice([item('A'), item('B')], {})).to.equal(undefined);
  });

  it('adds up the windows of each symbol, and names those with most', () => {
    const items = ['B', 'C', 'D', 'E', 'F'].map((symbol) => item(symbol, 1));
    expect(unknownLabelNotice([item('A', 5), item('A'), item('A', 6)], {})).to.equal(
      "labels: 11 of the windows' bars have none, since the symbol has no bar in the session that would decide it (A 11)",
    );
    expect(unknownLabelNotice([...items, item('A', 3)], { entry: 'next-open' })).to.match(
      /^labels: 8 of .* would enter or decide it \(A 3, B 1, C 1, D 1 and 2 more symbols\)$/,
    );
  });
});
