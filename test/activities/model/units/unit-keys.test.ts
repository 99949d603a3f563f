import { expect } from 'chai';

import type { CohortBars } from '../../../../activities/market/cohort-bars.js';
import { unitInputs } from '../../../../activities/model/units/unit-keys.js';
import type { TrainingConfig } from '../../../../data/schemas/training-config.js';
import { unitKey } from '../../../../data/store/units.js';
import { COHORT, configOf } from '../job-rig.js';

const BARS: CohortBars = { prior: 'b'.repeat(64), forward: 'c'.repeat(64), forwardEnd: '2021-07-01' };
const KINDS = ['prior', 'shard', 'student'] as const;

const keyOf = (kind: (typeof KINDS)[number], change: Partial<TrainingConfig> = {}, bars = BARS): string =>
  unitKey(unitInputs({ kind, config: { ...configOf(), ...change }, cohort: COHORT }, bars));

describe('the inputs of a unit of training', () => {
  it('are every setting that its result depends on, but neither the run’s name nor its dates', () => {
    for (const kind of KINDS) {
      const keys = [
        keyOf(kind),
        keyOf(kind, { seed: 8 }),
        keyOf(kind, { threshold: 0.03 }),
        keyOf(kind, { horizon: 6 }),
        keyOf(kind, { interval: '5minute' }),
        keyOf(kind, { entry: 'next-open' }),
        keyOf(kind, { entry: 'next-close' }),
        keyOf(kind, { label: 'triple-barrier' }),
        keyOf(kind, { label: 'triple-barrier', lowerBarrier: 0.01 }),
      ];
      expect(new Set(keys).size, kind).to.equal(keys.length);
      const other: Partial<TrainingConfig> = { runId: 'other', from: '2019-01-01', to: '2022-01-01' };
      expect(keyOf(kind, other), kind).to.equal(keyOf(kind));
    }
    expect(new Set(KINDS.map((kind) => keyOf(kind))).size).to.equal(KINDS.length);
  });

  it('are the bars that it uses: for a prior none after the window', () => {
    const changed = (change: Partial<CohortBars>): string[] =>
      KINDS.filter((kind) => keyOf(kind, {}, { ...BARS, ...change }) !== keyOf(kind));
    expect(changed({ prior: 'd'.repeat(64) })).to.deep.equal(['prior']);
    expect(changed({ forward: 'd'.repeat(64) })).to.deep.equal(['shard', 'student']);
    expect(changed({ forwardEnd: '2021-07-02' })).to.deep.equal(['shard', 'student']);
  });
});
