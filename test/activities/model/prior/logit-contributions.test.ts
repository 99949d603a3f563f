import { expect } from 'chai';

import {
  logitContributions,
  probabilityContributions,
} from '../../../../activities/model/prior/logit-contributions.js';
import { calibratedLogits } from '../../../../activities/model/prior/calibration.js';
import type { PriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { fitPriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { scalesOf } from '../../../../activities/model/prior/fit-scale.js';
import { withTargets } from '../../../../activities/model/prior/target-rows.js';
import { designOf } from '../../../../activities/model/rows/design.js';
import { sigmoid } from '../../../../activities/stats/logistic.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { collectRows } from '../collect-rows.js';
import { NO_CHECKPOINT } from '../paces.js';
import { syntheticTable } from '../synthetic-table.js';

describe('contributions of features to a logit', () => {
  const table = syntheticTable({ symbols: 6, bars: 300 });
  const none = { shift: 0, scale: 0, relative: 0 };
  let prior: PriorModel;

  before(async () => {
    await initBackend();
    const rows = withTargets(collectRows(table, () => Int32Array.from({ length: 250 }, (_, row) => row)));
    const task = { rows, select: rows.row.length, seed: ['prior'], checkpoint: NO_CHECKPOINT };
    const configs = {
      scale: { ridge: 300, tanhRidge: 30, halfLife: Infinity },
      calibration: { relativeRidge: 300, halfLife: Infinity, symbolShrinkage: 100 },
    };
    prior = await fitPriorModel({ ...task, configs, onStep: () => undefined });
  });

  it('add up to the logit, tanh units included', () => {
    for (const symbol of table.symbols) {
      const rows = Int32Array.of(3, 120, 280);
      const scales = scalesOf(prior.scale, designOf(prior.scale.scaler, [{ matrix: symbol.features, rows }]));
      const [logits] = calibratedLogits([prior.fit], prior.scalers, symbol, rows, scales);
      rows.forEach((row, at) => {
        const { base, features } = logitContributions(table, prior, 'fit', symbol, row, none);
        const sum = features.reduce((total, part) => total + part, base);
        expect(sum).closeTo(logits?.[at] ?? NaN, 1e-4);
        expect(features.some((part) => Math.abs(part) > 0.01)).equal(true);
      });
    }
  });

  it('follow the departures of a teacher', () => {
    const [symbol] = table.symbols;
    if (symbol === undefined) throw new Error('no symbol');
    const plain = logitContributions(table, prior, 'fit', symbol, 100, none);
    const lifted = logitContributions(table, prior, 'fit', symbol, 100, { ...none, shift: 0.5 });
    expect(lifted.base).closeTo(plain.base + 0.5, 1e-12);
    expect(lifted.features).deep.equal(plain.features);
    const off = logitContributions(table, prior, 'fit', symbol, 100, { shift: 0, scale: -1, relative: -1 });
    expect(off.features.every((part) => Math.abs(part) < 1e-12)).equal(true);
  });

  it('to the probability share the difference of the probabilities', () => {
    const logits = { base: -1, features: Float64Array.of(0.6, -0.2, 0) };
    const { base, features } = probabilityContributions(logits);
    expect(base).closeTo(sigmoid(-1), 1e-12);
    const change = sigmoid(-0.6) - sigmoid(-1);
    [0.6, -0.2, 0].forEach((part, at) => expect(features[at]).closeTo((part * change) / 0.4, 1e-12));
    const balanced = probabilityContributions({ base: 0, features: Float64Array.of(0.3, -0.3) });
    expect(balanced.features[0]).closeTo(0.3 * 0.25, 1e-12);
  });
});
