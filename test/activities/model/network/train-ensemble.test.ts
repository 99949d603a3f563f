import { expect } from 'chai';

import type { Design } from '../../../../activities/model/rows/design.js';
import { designOf } from '../../../../activities/model/rows/design.js';
import { logitLogLoss } from '../../../../activities/stats/log-loss.js';
import { mean } from '../../../../activities/stats/moments.js';
import type { RowSet } from '../../../../activities/model/rows/row-set.js';
import { featureParts, scalerOf, targetScales } from '../../../../activities/model/rows/row-set.js';
import type { Ensemble, EnsembleTask } from '../../../../activities/model/network/train-ensemble.js';
import { ensembleOutputs, trainEnsemble } from '../../../../activities/model/network/train-ensemble.js';
import { priorRows } from '../../../../activities/market/splits/splits.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { GurukulError } from '../../../../data/errors.js';
import { startOfDate } from '../../../../data/time/dates.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { syntheticTable, withSymbol } from '../synthetic-table.js';
import { NO_CHECKPOINT, cancellingCheckpoint, resumingCheckpoint } from '../paces.js';
import { collectRows } from '../collect-rows.js';

const SETTINGS = { hidden: 8, members: 3, batchRows: 100, rate: 0.02, epochs: 6, mostSteps: 1000 };

/** A set standardised by its own scaler, or by another one. */
function designFor(set: RowSet, scaler = scalerOf(set)): Design {
  return designOf(scaler, featureParts(set));
}

describe('an ensemble', () => {
  before(() => initBackend());

  const table = syntheticTable({ symbols: 4, bars: 500 });
  const rows = collectRows(table, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
  const later = collectRows(table, (symbol) =>
    priorRows(symbol, startOfDate('2021-06-01')).filter(
      (row) => (symbol.time[row] ?? 0) >= startOfDate('2021-01-01'),
    ),
  );
  const design = designFor(rows);
  const ahead = designFor(later, scalerOf(rows));
  const train = (change: Partial<EnsembleTask> = {}): Promise<Ensemble> =>
    trainEnsemble({
      design,
      targets: targetScales(rows),
      weights: rows.weight,
      loss: 'squared',
      settings: SETTINGS,
      seed: [7, 'test'],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
      ...change,
    });

  it('learns to predict a number on unseen rows', async () => {
    const predicted = ensembleOutputs(await train(), ahead);
    const expected = targetScales(later);
    const error = mean([...predicted].map((value, row) => (value - (expected[row] ?? NaN)) ** 2));
    // The noise has a variance of 0.2² = 0.04, the target one of 0.29.
    expect(error).to.be.within(0.03, 0.07);
  });

  it('learns to predict a label on unseen rows', async () => {
    const logistic = { loss: 'logistic', targets: rows.label } as const;
    const loss = async (epochs: number): Promise<number> => {
      const ensemble = await train({ ...logistic, settings: { ...SETTINGS, epochs } });
      const predicted = ensembleOutputs(ensemble, ahead);
      return mean([...predicted].map((value, row) => logitLogLoss(value, later.label[row] ?? NaN))) ?? NaN;
    };
    expect(await loss(6)).to.be.below((await loss(0)) - 0.1);
  });

  it('outputs the mean, or the logit of the base rate, without training', async () => {
    const settings = { ...SETTINGS, epochs: 0 };
    const ones = rows.label.reduce((sum, label) => sum + label, 0);
    const logit = Math.log((ones + 0.5) / (rows.label.length - ones + 0.5));
    const labels = await train({ settings, loss: 'logistic', targets: rows.label });
    ensembleOutputs(labels, ahead).forEach((value) => expect(value).to.be.closeTo(logit, 1e-6));
    const centre = mean(targetScales(rows)) ?? NaN;
    ensembleOutputs(await train({ settings }), ahead).forEach((value) =>
      expect(value).to.be.closeTo(centre, 1e-6),
    );
  });

  for (const loss of ['squared', 'logistic'] as const)
    it(`takes the first step along the gradient of its ${loss} loss by automatic differentiation`, async () => {
      // Adam's first step has the size of the rate and the sign of the gradient, where that is not 0.
      const settings = { hidden: 4, members: 1, batchRows: 1e6, rate: 0.01, epochs: 1, mostSteps: 9 };
      const few = collectRows(table, (symbol) => priorRows(symbol, startOfDate('2020-03-01')));
      const targets = loss === 'squared' ? targetScales(few) : few.label;
      const given = { design: designFor(few), targets, weights: few.weight, loss };
      const start = await train({ ...given, settings: { ...settings, epochs: 0 } });
      const { parameters } = await train({ ...given, settings });
      const width = table.names.length;
      const gradient = tf.tidy(() => {
        const x = tf.tensor2d(
          Float32Array.from({ length: few.row.length * width }, (_, cell) => {
            const [index, column] = [Math.floor(cell / width), cell % width];
            return given.design.values[index * (width + 1) + column] ?? NaN;
          }),
          [few.row.length, width],
        );
        const y = tf.tensor2d(targets, [few.row.length, 1]);
        const lossOf = (weights: tf.Tensor): tf.Scalar => {
          const hidden = x.matMul(weights.slice(0, width * 4).reshape([width, 4]));
          const out = hidden
            .add(weights.slice(width * 4, 4))
            .tanh()
            .matMul(weights.slice(width * 4 + 4, 4).reshape([4, 1]))
            .add(weights.slice(width * 4 + 8, 1));
          return loss === 'squared'
            ? tf.mean<tf.Scalar>(out.sub(y).square().mul(0.5))
            : tf.mean<tf.Scalar>(out.softplus().sub(out.mul(y)));
        };
        return tf.grad(lossOf)(tf.tensor1d(start.parameters)).dataSync();
      });
      let moved = 0;
      parameters.forEach((value, at) => {
        const slope = gradient[at] ?? NaN;
        if (Math.abs(slope) < 1e-3) return;
        moved += 1;
        expect(value - (start.parameters[at] ?? NaN)).to.be.closeTo(-0.01 * Math.sign(slope), 1e-5);
      });
      expect(moved).to.be.at.least(3);
    });

  it('is bit-identical every time', async () => {
    const [first, second] = [await train(), await train()];
    expect(first).to.deep.equal(second);
    const other = await train({ seed: [8, 'test'] });
    expect(other.parameters).to.not.deep.equal(first.parameters);
  });

  it('is bit-identical when it is interrupted at any checkpoint', async () => {
    const whole = await train();
    for (const at of [1, 2, 3, 5, 8]) {
      const checkpoint = cancellingCheckpoint(at);
      await rejection(train({ checkpoint }), GurukulError);
      const resumed = await train({ checkpoint: resumingCheckpoint(checkpoint.kept()) });
      expect(resumed, `interrupted at checkpoint ${at}`).to.deep.equal(whole);
    }
  });

  it('reports its loss, which falls, and its last step', async () => {
    const seen: [number, number, number][] = [];
    await train({ onStep: (...step) => void seen.push(step) });
    const steps = seen[0]?.[1] ?? NaN;
    expect(seen.at(-1)?.[0]).to.equal(steps);
    expect(seen.length).to.be.below(steps / 2);
    expect(seen.at(-1)?.[2]).to.be.below(0.6 * (seen[0]?.[2] ?? NaN));
  });

  it('takes at most `mostSteps` steps, interrupted or not', async () => {
    const steps: number[] = [];
    const settings = { ...SETTINGS, mostSteps: 20 };
    const some = await train({ settings, onStep: (step, of) => void steps.push(step, of) });
    expect(steps.slice(-2)).to.deep.equal([20, 20]);
    const checkpoint = cancellingCheckpoint(2);
    await rejection(train({ settings, checkpoint }), GurukulError);
    const resumed = await train({ settings, checkpoint: resumingCheckpoint(checkpoint.kept()) });
    expect(resumed).to.deep.equal(some);
  });

  it('leaks no tensors, neither from step to step nor at its end', async () => {
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const checkpoint = {
      ...NO_CHECKPOINT,
      step: () => {
        counts.push(tf.memory().numTensors);
        return Promise.resolve();
      },
    };
    await train({ checkpoint });
    expect(new Set(counts).size, 'tensors alive at every step').to.equal(1);
    expect(tf.memory().numTensors).to.equal(before);
    await rejection(train({ checkpoint: cancellingCheckpoint(3) }), GurukulError);
    expect(tf.memory().numTensors, 'after a cancellation').to.equal(before);
  });

  it('leaves out rows with values that are not finite', () => {
    const until = startOfDate('2021-01-01');
    const diverging = withSymbol(table, 'S001', ({ features }) => features.fill(NaN, 50, 60));
    const all = collectRows(diverging, (symbol) => priorRows(symbol, until));
    expect(all.row.length).to.equal(rows.row.length - 2);
    expect([...scalerOf(all).mean].every(Number.isFinite)).to.equal(true);
    const still = withSymbol(table, 'S001', (copy) =>
      Object.assign(copy, { forwardScale: copy.forwardScale.map((scale, row) => (row === 9 ? NaN : scale)) }),
    );
    expect(collectRows(still, (symbol) => priorRows(symbol, until)).row.length).to.equal(rows.row.length - 1);
  });

  it('accepts a constant feature', async () => {
    const flat = {
      ...table,
      symbols: table.symbols.map((symbol) => ({
        ...symbol,
        features: symbol.features.map((value, at) => (at % 5 === 2 ? 0.1 : value)),
      })),
    };
    const set = collectRows(flat, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
    const flatDesign = designFor(set);
    const ensemble = await train({ design: flatDesign });
    expect([...ensembleOutputs(ensemble, flatDesign)].every(Number.isFinite)).to.equal(true);
    expect(scalerOf(set).deviation[2]).to.equal(1);
  });
});
