import { expect } from 'chai';

import { openCheckpoint } from '../../../../activities/model/units/checkpoint.js';
import { logitLogLoss } from '../../../../activities/stats/log-loss.js';
import { mean } from '../../../../activities/stats/moments.js';
import type { Calibration } from '../../../../activities/model/prior/calibration.js';
import type { PriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { fitPriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { withTargets } from '../../../../activities/model/prior/target-rows.js';
import { collectTwoParts } from '../../../../activities/model/rows/row-set.js';
import type { TaughtWindow } from '../../../../activities/model/teachers/teach-windows.js';
import { teachWindows } from '../../../../activities/model/teachers/teach-windows.js';
import { NO_ADAPTATION, strengthOf } from '../../../../activities/model/teachers/adaptations.js';
import { probabilityWindows } from '../../../../activities/model/teachers/probability-rows.js';
import type { TrainableWindow } from '../../../../activities/model/teachers/window-batch.js';
import { paddedRows } from '../../../../activities/model/teachers/window-batch.js';
import { priorRows } from '../../../../activities/market/splits/splits.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { GurukulError } from '../../../../data/errors.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { HORIZON, syntheticTable } from '../synthetic-table.js';
import { madeCohort } from './made-cohort.js';
import { NOT_EXPOSED, rankPrior } from '../rank-prior.js';
import { NO_CHECKPOINT, steadyPace, stoppingPace } from '../paces.js';
import { temporaryFile } from '../temporary-file.js';

describe('training windows as one batch', () => {
  // Every other symbol has far more ones than the universe, for its windows to adapt to.
  const table = syntheticTable({ symbols: 7, bars: 560, bias: (symbol) => (symbol % 2 === 0 ? 2.5 : -0.5) });
  // Series of different lengths, so that windows have different numbers of rows.
  const uneven = {
    ...table,
    symbols: table.symbols.map((symbol, index) => ({
      ...symbol,
      complete: symbol.complete.map((known, row) => (row % (11 - index) === 0 ? 0 : known)),
    })),
  };
  const { split, windows } = madeCohort(uneven);
  const padded = paddedRows(uneven, split);
  const score = rankPrior(uneven);
  let prior: PriorModel;

  before(async () => {
    await initBackend();
    const { rows, first } = collectTwoParts(
      uneven,
      (symbol) => priorRows(symbol, split.validationStart),
      (symbol) =>
        priorRows(symbol, split.end).filter(
          (row) => (symbol.resolvedAt[row] ?? Infinity) >= split.validationStart,
        ),
    );
    prior = await fitPriorModel({
      rows: withTargets(rows),
      select: first,
      seed: ['prior'],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });
  });

  async function teach(
    some: readonly TrainableWindow[],
    { file = temporaryFile(), pace = steadyPace() } = {},
  ): Promise<(TaughtWindow | undefined)[]> {
    return teachWindows({
      windows: some,
      prior: { probability: prior, score },
      exposed: NOT_EXPOSED,
      split,
      padded,
      horizon: HORIZON,
      checkpoint: (await openCheckpoint(file, 'key', pace)).phase('teach'),
      onStep: () => undefined,
    });
  }

  const lossOf = ({ table: bars }: TrainableWindow, rows: Int32Array, logits: Float64Array): number =>
    mean([...logits].map((value, place) => logitLogLoss(value, bars.label[rows[place] ?? -1] ?? NaN))) ?? NaN;

  it('adapts windows that differ from the universe, and predicts later bars better', async () => {
    const taught = await teach(windows);
    expect(
      taught.filter((teacher) => teacher !== undefined && strengthOf(teacher.probability.adaptation) > 0)
        .length,
    ).to.be.at.least(3);
    const plainForward = probabilityWindows(prior, windows, padded).map(({ forward }) => forward.prior);
    const gains = windows.map((window, index) => {
      const { forward = new Float64Array(0) } = taught[index]?.probability ?? {};
      const plain = plainForward[index] ?? new Float64Array(0);
      return lossOf(window, window.rows.forward, plain) - lossOf(window, window.rows.forward, forward);
    });
    expect(mean(gains)).to.be.above(0.01);
  });

  it('keeps the prior unchanged when a window is like the universe', async () => {
    const even = windows.map((window) => {
      // One label in three is 1.
      const label = window.table.label.slice();
      for (const part of ['select', 'validation', 'fit'] as const)
        window.rows[part].forEach((row) => (label[row] = row % 3 === 0 ? 1 : 0));
      return { ...window, table: { ...window.table, label } };
    });
    const taught = await teachWindows({
      windows: even,
      prior: {
        probability: { ...prior, select: indifferent(prior.select), fit: indifferent(prior.fit) },
        score,
      },
      exposed: NOT_EXPOSED,
      split,
      padded,
      horizon: HORIZON,
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });
    for (const teacher of taught) {
      expect(teacher?.probability.adaptation).to.deep.equal(NO_ADAPTATION);
      expect(Array.from(teacher?.probability.coefficients ?? [])).to.deep.equal([0, 0, 0]);
      expect(teacher?.probability.validation).to.deep.equal(teacher?.priorValidation);
    }
  });

  it('chooses by its own validation rows: the best candidate or a weaker adaptation', async () => {
    for (const [index, teacher] of (await teach(windows)).entries()) {
      const window = windows[index];
      if (window === undefined || teacher === undefined) throw new RangeError('no window');
      const { priorValidation } = teacher;
      const { validation } = teacher.probability;
      const rows = window.rows.validation;
      expect(lossOf(window, rows, validation)).to.be.at.most(lossOf(window, rows, priorValidation));
    }
  });

  it('uses no forward labels, and no validation labels for the shifts that are compared on them', async () => {
    const taught = await teach(windows);
    const flip = (part: 'validation' | 'forward'): TrainableWindow[] =>
      windows.map((window) => {
        const label = window.table.label.slice();
        window.rows[part].forEach((row) => (label[row] = 1 - (label[row] ?? 0)));
        return { ...window, table: { ...window.table, label } };
      });
    expect(await teach(flip('forward'))).to.deep.equal(taught);
    (await teach(flip('validation'))).forEach((teacher, index) =>
      expect(teacher?.priorValidation).to.deep.equal(taught[index]?.priorValidation),
    );
  });

  it('gives every window the same result as alone, bit for bit, in any batch', async () => {
    const together = await teach(windows);
    const alone = (await Promise.all(windows.map((window) => teach([window])))).flat();
    expect(alone).to.deep.equal(together);
    const backwards = (await teach([...windows].reverse())).reverse();
    expect(backwards).to.deep.equal(together);
    const many = await teach(Array.from({ length: 40 }, () => windows).flat());
    expect(many.slice(-windows.length)).to.deep.equal(together);
  });

  it('leaves out a diverging window without changing a bit of the others', async () => {
    const healthy = await teach(windows);
    const diverging = windows.map((window, index) =>
      index === 2
        ? { ...window, table: { ...window.table, features: window.table.features.map(() => NaN) } }
        : window,
    );
    const taught = await teach(diverging);
    expect(taught[2]).to.equal(undefined);
    expect(taught.filter((_, index) => index !== 2)).to.deep.equal(healthy.filter((_, index) => index !== 2));
  });

  it('can be stopped between its steps, and ends with the same result', async () => {
    const whole = await teach(windows);
    for (const at of [1, 2, 3]) {
      const file = temporaryFile();
      const stopped = await rejection(teach(windows, { file, pace: stoppingPace(at) }), GurukulError);
      expect(stopped.type).to.equal('Cancelled');
      expect(await teach(windows, { file }), `stopped at part ${at}`).to.deep.equal(whole);
    }
  });

  it('leaks no tensors', async () => {
    const before = tf.memory().numTensors;
    await teach(windows);
    await rejection(teach(windows, { pace: stoppingPace(2) }), GurukulError);
    expect(tf.memory().numTensors).to.equal(before);
  });
});

/** A calibration that predicts one third for every row. */
function indifferent({ weights }: Calibration): Calibration {
  const constant = weights.length - 1;
  return { weights: weights.map((_, at) => (at === constant ? Math.log(0.5) : 0)), shifts: new Map() };
}
