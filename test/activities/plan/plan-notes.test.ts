import { expect } from 'chai';

import { nothingToTrain, planNotes } from '../../../activities/plan/plan-notes.js';
import type { PlanItem } from '../../../data/schemas/plan.js';

const item = (symbol: string, start: string, change: Partial<PlanItem>): PlanItem => ({
  symbol,
  start,
  end: '2022-06-30',
  status: 'skipped',
  reason: 'insufficient_data',
  detail: '10 bars',
  bars: 10,
  ...change,
});

describe('plan notes', () => {
  it('say of a plan without windows to train what most of them lack', () => {
    const items = [
      item('A', '2022-01-01', { detail: '39 bars' }),
      item('B', '2022-01-01', {}),
      item('C', '2022-01-01', {}),
    ];
    const plan = {
      windows: 3,
      trainable: 0,
      skipped: { insufficient_data: 3 },
      failed: {},
      cohorts: [],
      shards: 0,
    };
    expect(nothingToTrain({ ...plan, items })).to.equal(
      'nothing to train: all 3 windows are skipped (insufficient_data 3); choose other dates, symbols or a shorter horizon. Most of them: insufficient_data (10 bars): B, C · 2 windows from 2022-01-01',
    );
  });

  it('summarise the windows of one reason in one line, with symbols and dates', () => {
    const notes = planNotes([
      ...['A', 'B', 'C', 'D', 'E', 'F'].map((symbol) => item(symbol, '2022-01-01', {})),
      item('LICI', '2022-01-01', { reason: 'not_listed', detail: 'listed 2022-05-17, 32 bars' }),
      item('IDEA', '2022-01-01', { reason: 'excluded', detail: 'no bars' }),
      item('IDEA', '2022-06-30', { reason: 'excluded', detail: 'no bars' }),
      item('TCS', '2022-01-01', { status: 'trainable', reason: null, detail: null }),
    ]);
    expect(notes).to.deep.equal([
      'insufficient_data (10 bars): A, B, C, D and 2 more · 6 windows from 2022-01-01',
      'excluded (no bars): IDEA · 2 windows from 2022-01-01 … 2022-06-30',
      'not_listed (listed 2022-05-17, 32 bars): LICI · 1 window from 2022-01-01',
    ]);
  });

  it('stay small for any plan', () => {
    const items = Array.from({ length: 5000 }, (_, n) =>
      item(`S${n}`, '2022-01-01', { detail: `${n} ${'x'.repeat(500)}` }),
    );
    const notes = planNotes(items);
    expect(JSON.stringify(notes).length).to.be.below(1_700);
    expect(notes).to.have.length(9);
    expect(notes.at(-1)).to.equal('… and 4992 more reasons: see plan.json');
  });
});
