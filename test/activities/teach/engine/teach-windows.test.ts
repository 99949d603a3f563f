import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';

import { openCheckpoint } from '../../../../activities/teach/engine/checkpoint.js';
import { headBasis } from '../../../../activities/teach/engine/head-basis.js';
import { logLossOf, mean } from '../../../../activities/teach/engine/log-loss.js';
import type { PriorModel } from '../../../../activities/teach/engine/prior-model.js';
import { collectRows, scalerOf } from '../../../../activities/teach/engine/row-set.js';
import type { TaughtWindow } from '../../../../activities/teach/engine/teach-windows.js';
import { teachWindows } from '../../../../activities/teach/engine/teach-windows.js';
import { trainEnsemble } from '../../../../activities/teach/engine/train-ensemble.js';
import type { TrainableWindow } from '../../../../activities/teach/engine/window-batch.js';
import { paddedRows } from '../../../../activities/teach/engine/window-batch.js';
import { cohortSplit, priorRows, windowRows } from '../../../../activities/teach/splits.js';
import { GurukulError } from '../../../../data/errors.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { HORIZON, makeTable } from './made-table.js';
import { NO_CHECKPOINT, steadyPace, stoppingPace } from './paces.js';
import { temporaryFile } from './temporary-file.js';

const SETTINGS = { hidden: [8, 4], members: 3, batchRows: 400, rate: 0.02, decay: 0.01, epochs: 4 };

describe('teaching windows as one batch', () => {
  // Every other symbol has far more ones than the universe: something to adapt to.
  const table = makeTable({ symbols: 7, bars: 560, bias: (symbol) => (symbol % 2 === 0 ? 2.5 : -0.5) });
  // Series of different lengths, so that windows have different numbers of rows.
  const uneven = {
    ...table,
    symbols: table.symbols.map((symbol, index) => ({
      ...symbol,
      complete: symbol.complete.map((known, row) => (row % (11 - index) === 0 ? 0 : known)),
    })),
  };
  const split = cohortSplit(
    uneven,
    { id: 'c', start: '2020-09-01', end: '2021-03-01' },
    { validationShare: 0.25, forwardDays: 60, to: '2021-06-01' },
  );
  const windows = uneven.symbols.map((symbol): TrainableWindow => ({
    table: symbol,
    rows: windowRows(symbol, split),
  }));
  const padded = paddedRows(uneven, split);
  let prior: PriorModel;

  before(async () => {
    await initBackend();
    const rows = collectRows(uneven, (symbol) => priorRows(symbol, split.validationStart));
    const { ensemble } = await trainEnsemble({
      rows,
      scaler: scalerOf(rows),
      settings: SETTINGS,
      epochs: SETTINGS.epochs,
      seed: ['prior'],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });
    const basis = headBasis(ensemble, rows);
    prior = { select: basis, fit: basis, strengths: [0.3, 1, 3] };
  });

  async function teach(
    some: readonly TrainableWindow[],
    { file = temporaryFile(), pace = steadyPace(), strengths = prior.strengths } = {},
  ): Promise<(TaughtWindow | undefined)[]> {
    return teachWindows({
      windows: some,
      prior: { ...prior, strengths },
      padded,
      horizon: HORIZON,
      checkpoint: await openCheckpoint(file, 'key', pace),
      onStep: () => undefined,
    });
  }

  const forwardLoss = ({ table: bars, rows }: TrainableWindow, logits: Float32Array): number =>
    mean([...logits].map((value, place) => logLossOf(value, bars.label[rows.forward[place] ?? -1] ?? NaN)));

  it('adapts windows that differ from the universe, and is better for it on later bars', async () => {
    const taught = await teach(windows);
    const plain = await teach(windows, { strengths: [] });
    const adapted = taught.filter((teacher) => (teacher?.strength ?? 0) > 0);
    expect(adapted.length).to.be.at.least(3);
    const total = (teachers: readonly (TaughtWindow | undefined)[]): number =>
      mean(
        windows.map((window, index) => forwardLoss(window, teachers[index]?.forward ?? new Float32Array(0))),
      );
    expect(total(taught)).to.be.below(total(plain) - 0.03);
  });

  it('is the prior alone where no strength is admitted', async () => {
    const taught = await teach(windows, { strengths: [] });
    for (const teacher of taught) {
      expect(teacher?.strength).to.equal(0);
      expect(teacher?.head.every((weight) => weight === 0)).to.equal(true);
      expect(teacher?.validation).to.deep.equal(teacher?.priorValidation);
    }
  });

  it('gives every window what it gets alone, bit for bit, whatever the batch', async () => {
    const together = await teach(windows);
    const alone = (await Promise.all(windows.map((window) => teach([window])))).flat();
    expect(alone).to.deep.equal(together);
    const backwards = (await teach([...windows].reverse())).reverse();
    expect(backwards).to.deep.equal(together);
    const many = await teach(Array.from({ length: 40 }, () => windows).flat());
    expect(many.slice(-windows.length)).to.deep.equal(together);
  });

  it('masks a sick window out without changing a bit of the others', async () => {
    const healthy = await teach(windows);
    const sick = windows.map((window, index) =>
      index === 2
        ? { ...window, table: { ...window.table, features: window.table.features.map(() => NaN) } }
        : window,
    );
    const taught = await teach(sick);
    expect(taught[2]).to.equal(undefined);
    expect(taught.filter((_, index) => index !== 2)).to.deep.equal(healthy.filter((_, index) => index !== 2));
  });

  it('goes on from a checkpoint as if nothing had happened', async () => {
    const whole = await teach(windows);
    for (const at of [1, 2, 17, 40, 70]) {
      const file = temporaryFile();
      const pace = stoppingPace(at);
      const first = teach(windows, { file, pace });
      await rejection(first, GurukulError);
      expect(await teach(windows, { file }), `interrupted at step ${at}`).to.deep.equal(whole);
    }
  });

  it('keeps no tensors', async () => {
    const before = tf.memory().numTensors;
    await teach(windows);
    await rejection(teach(windows, { pace: stoppingPace(5) }), GurukulError);
    expect(tf.memory().numTensors).to.equal(before);
  });
});
