import { expect } from 'chai';

import { logitLogLoss } from '../../../../activities/stats/log-loss.js';
import { mean } from '../../../../activities/stats/moments.js';
import { calibratedLogits } from '../../../../activities/model/prior/calibration.js';
import { designOf } from '../../../../activities/model/rows/design.js';
import type { PriorConfigs } from '../../../../activities/model/prior/configs.js';
import type { PriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { fitPriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { modelToPrior, priorToModel } from '../../../../activities/model/prior/prior-file.js';
import type { TargetRows } from '../../../../activities/model/prior/target-rows.js';
import { firstTargets, withTargets } from '../../../../activities/model/prior/target-rows.js';
import { collectTwoParts, featureParts } from '../../../../activities/model/rows/row-set.js';
import { scalesOf } from '../../../../activities/model/prior/fit-scale.js';
import type { FeatureTable, SymbolTable } from '../../../../activities/market/feature-table.js';
import { priorRows } from '../../../../activities/market/splits/splits.js';
import { GurukulError } from '../../../../data/errors.js';
import { startOfDate } from '../../../../data/time/dates.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { rejection } from '../../../support/rejection.js';
import { syntheticTable } from '../synthetic-table.js';
import { NO_CHECKPOINT } from '../paces.js';
import { collectRows } from '../collect-rows.js';

const BOUND = startOfDate('2021-01-01');

/** Every part on. */
const CONFIGS: PriorConfigs = {
  scale: { ridge: 300, tanhRidge: 300, halfLife: Infinity },
  calibration: { relativeRidge: 10_000, symbolShrinkage: 300, halfLife: Infinity },
};

/** Of a rank model with one term. */
const WEIGHTS = { weights: Float32Array.of(0.25), unit: 0.5 };

/** Fits the calibration on all rows of the set, and the scale model on the first `select` rows. */
function fitTo(rows: TargetRows, select = rows.row.length): Promise<PriorModel> {
  return fitPriorModel({
    rows,
    select,
    configs: CONFIGS,
    seed: [1],
    checkpoint: NO_CHECKPOINT,
    onStep: () => undefined,
  });
}

function logitsOf(prior: PriorModel, { table, row }: TargetRows, place: number): Float64Array {
  const symbol = table.symbols[place];
  if (symbol === undefined) throw new RangeError(`no symbol ${place}`);
  const own = collectRows({ ...table, symbols: [symbol] }, () => row);
  const scales = scalesOf(prior.scale, designOf(prior.scale.scaler, featureParts(own)));
  return wordsOf(prior, symbol, row, scales);
}

/** Logits of the second calibration. */
function wordsOf(
  { fit, scalers }: PriorModel,
  symbol: Pick<SymbolTable, 'symbol' | 'relative'>,
  rows: Int32Array,
  scales: Float32Array,
): Float64Array {
  return calibratedLogits([fit], scalers, symbol, rows, scales)[0] ?? new Float64Array(0);
}

describe('the prior of a cohort', () => {
  const table = syntheticTable({ symbols: 6, bars: 620, bias: (symbol) => (symbol === 5 ? 2 : 0) });
  const rows = collectRows(table, (symbol) => priorRows(symbol, BOUND));
  let prior: PriorModel;

  before(async () => {
    await initBackend();
    prior = await fitTo(rows);
  });

  const laterOf = (symbol: SymbolTable): Int32Array =>
    priorRows(symbol, startOfDate('2021-09-01')).filter((row) => (symbol.time[row] ?? 0) >= BOUND);

  it('predicts later rows better than their base rate', () => {
    const losses: number[] = [];
    const base: number[] = [];
    table.symbols.forEach((symbol, place) => {
      const later = laterOf(symbol);
      const logits = logitsOf(prior, { ...rows, row: later }, place);
      const rate = mean(rows.label) ?? NaN;
      later.forEach((row, at) => {
        losses.push(logitLogLoss(logits[at] ?? NaN, symbol.label[row] ?? NaN));
        base.push(logitLogLoss(Math.log(rate / (1 - rate)), symbol.label[row] ?? NaN));
      });
    });
    expect(mean(losses)).to.be.below((mean(base) ?? NaN) - 0.08);
  });

  it('gains more where rows of high volatility have more ones', () => {
    expect(prior.fit.weights.at(-2)).to.be.above(0.5);
  });

  it('is calibrated on the rows that it was fitted on', () => {
    let surplus = 0;
    table.symbols.forEach((symbol, place) => {
      const own = priorRows(symbol, BOUND);
      const logits = logitsOf(
        { ...prior, fit: { ...prior.fit, shifts: new Map() } },
        { ...rows, row: own },
        place,
      );
      own.forEach(
        (row, at) => (surplus += (symbol.label[row] ?? NaN) - 1 / (1 + Math.exp(-(logits[at] ?? NaN)))),
      );
    });
    expect(Math.abs(surplus / rows.row.length)).to.be.below(0.002);
  });

  it('shifts a symbol by its own past labels, and a new symbol not at all', () => {
    expect([...prior.fit.shifts.keys()]).to.deep.equal(table.symbols.map(({ symbol }) => symbol));
    expect(prior.fit.shifts.get('S005')).to.be.above(0.1);
    const [known] = table.symbols;
    if (known === undefined) throw new RangeError('the table is empty');
    const some = Int32Array.of(400, 401);
    const scales = Float32Array.of(0, 0.1);
    const named = wordsOf(prior, known, some, scales);
    const renamed = wordsOf(prior, { ...known, symbol: 'NEW' }, some, scales);
    const shift = prior.fit.shifts.get('S000') ?? NaN;
    renamed.forEach((logit, at) => expect(logit + shift).to.be.closeTo(named[at] ?? NaN, 1e-12));
  });

  it('depends only on the relative features and the scale of a row', () => {
    const [symbol] = table.symbols;
    if (symbol === undefined) throw new RangeError('the table is empty');
    const scales = Float32Array.of(0.3);
    const row = Int32Array.of(300);
    const before = wordsOf(prior, symbol, row, scales);
    const other = { ...symbol, features: symbol.features.map(() => NaN) };
    expect(wordsOf(prior, other, row, scales)).to.deep.equal(before);
    const moved = { ...symbol, relative: symbol.relative.map((value) => value + 1) };
    expect(wordsOf(prior, moved, row, scales)).to.not.deep.equal(before);
  });

  it('fits the scale model on the first rows alone, and the calibration on all rows', async () => {
    const { rows: plain, first } = collectTwoParts(
      table,
      (symbol) => priorRows(symbol, BOUND - 100 * 24 * 60),
      (symbol) =>
        priorRows(symbol, BOUND).filter((row) => (symbol.resolvedAt[row] ?? 0) >= BOUND - 100 * 24 * 60),
    );
    const both = withTargets(plain);
    const whole = await fitTo(both, first);
    const early = await fitTo(firstTargets(both, first));
    expect(whole.scale).to.deep.equal(early.scale);
    // Row weights are divided by their mean, which later rows change slightly.
    whole.select.weights.forEach((weight, at) =>
      expect(weight).to.be.closeTo(early.fit.weights[at] ?? NaN, 1e-6),
    );
    expect(whole.fit.weights).to.not.deep.equal(early.fit.weights);
  });

  it('round-trips through its file bit for bit', async () => {
    const permuted = await fitTo(firstTargets(rows, 500));
    const head = { blend: '1+5' as const, select: WEIGHTS, fit: WEIGHTS };
    const basis = { rankNames: ['r'], stateNames: [], terms: [{ kind: 'rank', feature: 'r' } as const] };
    const models = { trained: prior, permuted, rank: { basis, trained: head, permuted: head } };
    const { features, relativeColumns, ...back } = modelToPrior(priorToModel(models, table));
    expect([features, relativeColumns]).to.deep.equal([table.names, table.relativeColumns]);
    expect(back).to.deep.equal(models);
  });

  it('predicts the base rate without rows, and stays finite when all labels are equal', async () => {
    const empty = await fitTo(collectRows(table, () => new Int32Array(0)));
    const [symbol] = table.symbols;
    if (symbol === undefined) throw new RangeError('the table is empty');
    expect([...wordsOf(empty, symbol, Int32Array.of(300), Float32Array.of(0))]).to.deep.equal([0]);
    const ones = { ...rows, label: rows.label.map(() => 1) };
    const certain = await fitTo(ones);
    logitsOf(certain, { ...rows, row: laterOf(symbol) }, 0).forEach((logit) =>
      expect(logit).to.be.within(3, 15),
    );
  });

  it('fails as Diverged when targets are not finite', async () => {
    const diverging: FeatureTable = {
      ...table,
      symbols: table.symbols.map((symbol) => ({
        ...symbol,
        relative: symbol.relative.map(() => NaN),
      })),
    };
    expect(await rejection(fitTo({ ...rows, table: diverging }), GurukulError)).to.have.property(
      'type',
      'Diverged',
    );
  });
});
