import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';

import { collectRows, scalerOf } from '../../../../activities/teach/engine/row-set.js';
import type { EnsembleResult, EnsembleTask } from '../../../../activities/teach/engine/train-ensemble.js';
import { ensembleLogits, trainEnsemble } from '../../../../activities/teach/engine/train-ensemble.js';
import { logLossOf, mean } from '../../../../activities/teach/engine/log-loss.js';
import { priorRows } from '../../../../activities/teach/splits.js';
import { GurukulError } from '../../../../data/errors.js';
import { startOfDate } from '../../../../data/time/dates.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { HORIZON, makeTable, withSymbol } from './made-table.js';
import { NO_CHECKPOINT, cancellingCheckpoint, resumingCheckpoint } from './paces.js';

const SETTINGS = { hidden: [8, 4], members: 3, batchRows: 400, rate: 0.02, decay: 0.01, epochs: 4 };

describe('an ensemble', () => {
  before(() => initBackend());

  const table = makeTable({ symbols: 4, bars: 500 });
  const rows = collectRows(table, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
  const later = collectRows(table, (symbol) =>
    priorRows(symbol, startOfDate('2021-06-01')).filter(
      (row) => (symbol.time[row] ?? 0) >= startOfDate('2021-01-01'),
    ),
  );
  const train = (change: Partial<EnsembleTask> = {}): Promise<EnsembleResult> =>
    trainEnsemble({
      rows,
      scaler: scalerOf(rows),
      settings: SETTINGS,
      epochs: SETTINGS.epochs,
      seed: [7, 'test'],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
      ...change,
    });
  const judge = { rows: later, sessionsPerLabel: HORIZON };

  it('learns what is there to learn, and says so of rows it has not seen', async () => {
    const { ensemble, history } = await train({ epochs: judge });
    const logits = ensembleLogits(ensemble, later);
    const loss = mean([...logits].map((value, row) => logLossOf(value, later.label[row] ?? NaN)));
    expect(history).to.have.length(5);
    expect(loss).to.be.closeTo(history.at(-1) ?? NaN, 0.02);
    expect(loss).to.be.below((history[0] ?? NaN) - 0.1);
  });

  it('has the base rate as its word after no epochs', async () => {
    const { ensemble } = await train({ epochs: 0 });
    const ones = rows.label.reduce((sum, label) => sum + label, 0);
    const expected = Math.log((ones + 0.5) / (rows.label.length - ones + 0.5));
    ensembleLogits(ensemble, later).forEach((value) => expect(value).to.be.closeTo(expected, 1e-6));
  });

  it('is trained the shorter where longer is clearly worse on later rows', async () => {
    const inverted = { ...later, label: later.label.map((label) => 1 - label) };
    const { epochs } = await train({ epochs: { rows: inverted, sessionsPerLabel: HORIZON } });
    expect(epochs).to.equal(0);
  });

  it('is the same bit for bit every time', async () => {
    const [first, second] = [await train({ epochs: judge }), await train({ epochs: judge })];
    expect(first).to.deep.equal(second);
    const other = await train({ epochs: judge, seed: [8, 'test'] });
    expect(other.ensemble.parameters).to.not.deep.equal(first.ensemble.parameters);
  });

  it('is the same bit for bit when it is interrupted at any step', async () => {
    const whole = await train({ epochs: judge });
    for (const at of [1, 3, 4, 5, 9, 16]) {
      const checkpoint = cancellingCheckpoint(at);
      await rejection(train({ epochs: judge, checkpoint }), GurukulError);
      const resumed = await train({ epochs: judge, checkpoint: resumingCheckpoint(checkpoint.kept()) });
      expect(resumed, `interrupted at step ${at}`).to.deep.equal(whole);
    }
  });

  it('keeps no tensors, neither from step to step nor at its end', async () => {
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const checkpoint = {
      ...NO_CHECKPOINT,
      step: () => {
        counts.push(tf.memory().numTensors);
        return Promise.resolve();
      },
    };
    await train({ epochs: judge, checkpoint });
    expect(new Set(counts).size, 'tensors alive at every step').to.equal(1);
    expect(tf.memory().numTensors).to.equal(before);
    const cancelling = cancellingCheckpoint(3);
    await rejection(train({ checkpoint: cancelling }), GurukulError);
    expect(tf.memory().numTensors, 'after a cancellation').to.equal(before);
  });

  it('leaves rows out that hold something that is not a number', () => {
    const sick = withSymbol(table, 'S001', ({ features }) => features.fill(NaN, 50, 60));
    const all = collectRows(sick, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
    expect(all.row.length).to.equal(rows.row.length - 2);
    expect([...scalerOf(all).mean].every(Number.isFinite)).to.equal(true);
  });

  it('takes a feature that never changes', async () => {
    const flat = {
      ...table,
      symbols: table.symbols.map((symbol) => ({
        ...symbol,
        features: symbol.features.map((value, at) => (at % 5 === 2 ? 0.1 : value)),
      })),
    };
    const set = collectRows(flat, (symbol) => priorRows(symbol, startOfDate('2021-01-01')));
    const { ensemble } = await train({ rows: set, scaler: scalerOf(set) });
    expect([...ensembleLogits(ensemble, set)].every(Number.isFinite)).to.equal(true);
    expect(ensemble.scaler.deviation[2]).to.equal(1);
  });
});
