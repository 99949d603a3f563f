import { expect } from 'chai';

import { OUTCOME_HORIZONS } from '../../../../activities/market/labels/outcomes.js';
import type { SymbolTable } from '../../../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import { SCORE_DIRECTIONS, scoreWindows } from '../../../../activities/model/teachers/score-rows.js';
import { probePredictions } from '../../../../activities/model/teachers/probe-predictions.js';
import { teachWindows } from '../../../../activities/model/teachers/teach-windows.js';
import type { TeachTask } from '../../../../activities/model/teachers/teach-windows.js';
import { fitPriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { withTargets } from '../../../../activities/model/prior/target-rows.js';
import { paddedRows } from '../../../../activities/model/teachers/window-batch.js';
import { GurukulError } from '../../../../data/errors.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { collectRows } from '../collect-rows.js';
import { NO_CHECKPOINT } from '../paces.js';
import { NOT_EXPOSED, UNIT, rankPrior } from '../rank-prior.js';
import { HORIZON, syntheticTable } from '../synthetic-table.js';
import { madeCohort } from './made-cohort.js';

const BARS = 560;

/** Targets of every horizon that grow with the row; each known when its bars are there. */
function ranked(symbol: SymbolTable, width: number, lift: number): SymbolTable {
  const { time } = symbol;
  const ranks = new Float32Array(BARS * width);
  for (let row = 0; row < BARS; row += 1) ranks[row * width] = ((row * 37) % 100) / 100 - 0.495;
  return {
    ...symbol,
    ranks,
    targets: OUTCOME_HORIZONS.map((horizon) =>
      Float32Array.from({ length: BARS }, (_, row) => (row + horizon < BARS ? lift + row / 100_000 : NaN)),
    ),
    outcomes: {
      ...symbol.outcomes,
      resolvedAt: OUTCOME_HORIZONS.map((horizon) => time.map((_, row) => time[row + horizon] ?? UNRESOLVED)),
    },
  };
}

describe('the score of a window', () => {
  const made = syntheticTable({ symbols: 6, bars: BARS });
  const width = made.rankNames.length;
  const table = {
    ...made,
    symbols: made.symbols.map((symbol, at) => ranked(symbol, width, at === 0 ? 0.3 : 0)),
  };
  const { split, windows } = madeCohort(table);
  let task: TeachTask;

  before(async () => {
    await initBackend();
    const rows = withTargets(collectRows(table, () => Int32Array.from({ length: 200 }, (_, row) => row)));
    const probability = await fitPriorModel({
      rows,
      select: rows.row.length,
      seed: ['prior'],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });
    task = {
      windows,
      prior: { probability, score: rankPrior(table) },
      exposed: NOT_EXPOSED,
      split,
      padded: paddedRows(table, split),
      horizon: HORIZON,
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    };
  });

  it('learns from no target that is known later than the next part begins', () => {
    // The longest horizon of the blend 1+5 is 5 bars, that of all horizons 20.
    for (const [blend, reach] of [
      ['1+5', 5],
      ['1+5+10+20', 20],
    ] as const) {
      const model = rankPrior(table);
      const scored = scoreWindows(
        { ...model, trained: { ...model.trained, blend } },
        windows,
        split,
        NOT_EXPOSED,
      );
      expect(scored.barsPerTarget).equal(reach);
      scored.windows.forEach((window, place) => {
        const { table: bars, rows } = windows[place] ?? {};
        if (bars === undefined || rows === undefined) throw new Error('no window');
        for (const [part, until] of [
          ['select', split.validationStart],
          ['validation', split.end],
          ['fit', split.end],
        ] as const)
          rows[part].forEach((row, at) => {
            const known = (bars.time[row + reach] ?? Infinity) < until;
            const target = window[part].target[at] ?? NaN;
            if (known) expect(target).closeTo(bars.targets[0]?.[row] ?? NaN, 1e-6);
            else expect(target).NaN;
          });
        expect(window.forward.target.every(Number.isNaN)).equal(true);
      });
    }
  });

  it('starts from the predicted rank, whose parts are its directions', () => {
    const [window] = scoreWindows(rankPrior(table, [0.1, 0]), windows, split, NOT_EXPOSED).windows;
    const [own] = windows;
    if (window === undefined || own === undefined) throw new Error('no window');
    own.rows.forward.forEach((row, at) => {
      const rank = own.table.ranks[row * width] ?? NaN;
      expect(window.forward.prior[at]).closeTo(0.1 * rank, 1e-7);
      const directions = window.forward.directions.subarray(
        at * SCORE_DIRECTIONS.length,
        (at + 1) * SCORE_DIRECTIONS.length,
      );
      expect(directions[0]).equal(1);
      expect(directions[1]).closeTo(0.1 * rank, 1e-7);
      expect(Array.from(directions.subarray(2))).deep.equal([0, 0]);
    });
  });

  it('is lifted where the window’s own targets are, in units of return', async () => {
    const taught = await teachWindows(task);
    const shifts = taught.map((teacher) => teacher?.score.coefficients[0] ?? NaN);
    expect(shifts[0]).greaterThan(0.05);
    shifts.slice(1).forEach((shift) => expect(Math.abs(shift)).lessThan(0.03));
    const [first] = taught;
    const [own] = scoreWindows(task.prior.score, windows.slice(0, 1), split, NOT_EXPOSED).windows;
    first?.score.forward.forEach((score, at) => {
      const rank = own?.forward.prior[at] ?? NaN;
      expect(score).closeTo(UNIT * (rank + (shifts[0] ?? NaN)), 1e-3 * UNIT);
    });
  });

  it('passes the probe of predictions, and fails it when a model looks one row ahead', async () => {
    const taught = await teachWindows(task);
    const report = await probePredictions(task, taught, [7, 'c']);
    expect(report.predictions).greaterThan(100);
    // Reads every forward row one bar later, as an index that is shifted by one would.
    const ahead: typeof teachWindows = (one) =>
      teachWindows({
        ...one,
        windows: one.windows.map((window) => ({
          ...window,
          rows: { ...window.rows, forward: window.rows.forward.map((row) => row + 1) },
        })),
      });
    const shifted = await ahead(task);
    const error = await rejection(probePredictions(task, shifted, [7, 'c'], ahead), GurukulError);
    expect(error.type).equal('Bug');
    expect(error.message).match(/probe future .* changes in row \d+/);
  });
});
