import { expect } from 'chai';

import type { FeatureTable, SymbolTable } from '../../../../activities/market/feature-table.js';
import { priorRows } from '../../../../activities/market/splits/splits.js';
import { walkForwardBlocks } from '../../../../activities/model/choices/folds.js';
import { chooseCalibration } from '../../../../activities/model/prior/choose-calibration.js';
import type { ChosenPrior } from '../../../../activities/model/prior/choose-prior.js';
import { choosePriors } from '../../../../activities/model/prior/choose-prior.js';
import { chooseScales } from '../../../../activities/model/prior/choose-scale.js';
import { STANDARD } from '../../../../activities/model/prior/configs.js';
import type { ChoiceFigures } from '../../../../activities/model/prior/choice-figures.js';
import { sessionsOf } from '../../../../activities/model/prior/decay.js';
import { scaleUnits } from '../../../../activities/model/prior/fit-scale.js';
import type { FoldRows } from '../../../../activities/model/prior/fold-rows.js';
import { foldRows } from '../../../../activities/model/prior/fold-rows.js';
import type { TargetArm, TargetRows } from '../../../../activities/model/prior/target-rows.js';
import { permuteTargets } from '../../../../activities/model/prior/target-rows.js';
import { fitLogistic } from '../../../../activities/model/linear/logistic.js';
import type { Design } from '../../../../activities/model/rows/design.js';
import { designOf, linearOutputs, rowsOf } from '../../../../activities/model/rows/design.js';
import { featureParts, relativeParts, scalerOf } from '../../../../activities/model/rows/row-set.js';
import { fitScaler } from '../../../../activities/model/rows/scaler.js';
import { randomStream } from '../../../../data/random.js';
import { addDays, isoDate, startOfDate } from '../../../../data/time/dates.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { collectRows } from '../collect-rows.js';
import { NO_CHECKPOINT } from '../paces.js';
import { FIRST_DAY, syntheticTable } from '../synthetic-table.js';

/** A bound after a number of the table's days. */
function after(days: number): number {
  return startOfDate(addDays(FIRST_DAY, days));
}

function rowsBefore(table: FeatureTable, until: number): TargetRows {
  return collectRows(table, (symbol) => priorRows(symbol, until));
}

async function chosenFor(table: FeatureTable, until: number): Promise<ChosenPrior> {
  const [chosen] = await chosenForArms(table, until, ['trained']);
  if (chosen === undefined) throw new RangeError('nothing was chosen');
  return chosen;
}

function chosenForArms(
  table: FeatureTable,
  until: number,
  arms: readonly TargetArm[],
): Promise<ChosenPrior[]> {
  const rows = rowsBefore(table, until);
  return choosePriors({
    arms: arms.map((arm) => ({ arm, rows: arm === 'trained' ? rows : permuteTargets(rows, [1]) })),
    sessions: sessionsOf(rows),
    until,
    seed: [1],
    checkpoint: NO_CHECKPOINT,
    onStep: () => undefined,
  });
}

/** A table with other forward scales. */
function withScale(table: FeatureTable, scale: (symbol: SymbolTable, row: number) => number): FeatureTable {
  const changed = (symbol: SymbolTable): Float64Array =>
    symbol.forwardScale.map((known, row) => (Number.isNaN(known) ? NaN : scale(symbol, row)));
  return {
    ...table,
    symbols: table.symbols.map((symbol) => ({ ...symbol, forwardScale: changed(symbol) })),
  };
}

function feature(symbol: SymbolTable, row: number, at: number): number {
  return symbol.features[row * (symbol.features.length / symbol.time.length) + at] ?? NaN;
}

describe('the choices of a prior', () => {
  before(() => initBackend());

  const table = syntheticTable({ symbols: 8, bars: 620 });

  describe('pick the strength that was planted', () => {
    it('for relative features: weak ridge with a signal, off without one', async () => {
      // The label depends on products of features, of which the scale, linear in the first, knows a part.
      const blind = withScale(table, (symbol, row) => feature(symbol, row, 3));
      expect((await chosenFor(blind, after(600))).configs.calibration.relativeRidge).to.be.at.most(1000);
      const silent = withScale(syntheticTable({ symbols: 8, bars: 620, signal: 0 }), (symbol, row) =>
        feature(symbol, row, 3),
      );
      expect((await chosenFor(silent, after(600))).configs.calibration.relativeRidge).to.be.at.least(10_000);
    });

    it('for shifts of symbols: weak shrinkage where symbols differ, strong where they do not', async () => {
      const apart = syntheticTable({ symbols: 8, bars: 620, bias: (symbol) => (symbol % 2 === 0 ? 1 : -1) });
      expect((await chosenFor(apart, after(600))).configs.calibration.symbolShrinkage).to.equal(100);
      expect((await chosenFor(table, after(600))).configs.calibration.symbolShrinkage).to.be.at.least(300);
    });

    it('for tanh units: on where the scale is not linear, off where it is', async () => {
      const noise = randomStream(['noise']);
      const bent = withScale(
        table,
        (symbol, row) => Math.abs(feature(symbol, row, 0)) + 0.1 * noise.normal(),
      );
      expect((await chosenFor(bent, after(600))).configs.scale.tanhRidge).to.equal(1000);
      const straight = withScale(table, (symbol, row) => 0.1 * feature(symbol, row, 0) + noise.normal());
      expect((await chosenFor(straight, after(600))).configs.scale.tanhRidge).to.be.at.least(3000);
    });

    it('for the decay of old rows: fast where the rule turned around, none where it holds', async () => {
      const turned = withScale(table, (symbol, row) => feature(symbol, row, 1) * (row < 350 ? 1 : -1));
      expect((await chosenFor(turned, after(600))).configs.scale.halfLife).to.equal(250);
      const kept = withScale(table, (symbol, row) => feature(symbol, row, 1));
      expect((await chosenFor(kept, after(600))).configs.scale.halfLife).to.equal(Infinity);
    });
  });

  it('are the declared defaults where the past is short', async () => {
    const { configs, choices, days, outOfFold } = await chosenFor(table, after(150));
    expect(configs).to.deep.equal(STANDARD);
    expect(choices.map(({ reason, rows }) => [reason, rows])).to.deep.equal([
      ['default', 0],
      ['default', 0],
      ['default', 0],
    ]);
    expect(choices.map(({ grid, chosen }) => grid[chosen]?.config)).to.deep.equal([
      { ridge: 3000, tanhRidge: 3000, halfLife: 'off' },
      { relativeRidge: 'off', halfLife: 'off' },
      { symbolShrinkage: 300 },
    ]);
    expect([days.length, outOfFold.row.length]).to.deep.equal([0, 0]);
  });

  it('say what rows made them, and predict exactly these', async () => {
    const { choices, outOfFold, days } = await chosenFor(table, after(600));
    for (const { reason, rows, first, last } of choices) {
      expect([reason, rows]).to.deep.equal(['validated', outOfFold.row.length]);
      // Ten blocks of 60 sessions at most; two are trained on before the first test.
      expect(first).to.equal(isoDate(Math.floor(after(119) / 1440)));
      expect(last).to.equal(addDays(FIRST_DAY, 594));
    }
    const meanOf = ({ choice, dates, figures }: ChoiceFigures): number => {
      let sum = 0;
      for (const place of dates.keys()) sum += figures[place * choice.grid.length + choice.chosen] ?? NaN;
      return sum / dates.length;
    };
    expect(days).to.have.length(3);
    for (const own of days)
      expect(meanOf(own)).to.be.closeTo(own.choice.grid[own.choice.chosen]?.figure ?? NaN, 1e-9);
    // The figure of the calibration follows from the predictions that are kept.
    let loss = 0;
    outOfFold.logit.forEach((logit, at) => {
      const label = table.symbols[outOfFold.symbol[at] ?? -1]?.label[outOfFold.row[at] ?? -1] ?? NaN;
      loss += Math.log1p(Math.exp(logit)) - label * logit;
    });
    const { grid = [], chosen = -1 } = choices[2] ?? {};
    expect(-loss / outOfFold.logit.length).to.be.closeTo(grid[chosen]?.figure ?? NaN, 1e-5);
  });

  it('of both kinds of targets are those that each has alone', async () => {
    const both = await chosenForArms(table, after(500), ['trained', 'permuted']);
    const [trained] = await chosenForArms(table, after(500), ['trained']);
    const [permuted] = await chosenForArms(table, after(500), ['permuted']);
    expect(both[0]).to.deep.equal(trained);
    expect(both[1]?.choices).to.deep.equal(permuted?.choices);
    expect(both[1]?.days).to.deep.equal(permuted?.days);
    expect(both[1]?.outOfFold.logit).to.deep.equal(permuted?.outOfFold.logit);
    expect(both[1]?.days[0]?.figures).to.not.deep.equal(both[0]?.days[0]?.figures);
  });

  it('are the same bits every time', async () => {
    expect(await chosenFor(table, after(500))).to.deep.equal(await chosenFor(table, after(500)));
  });

  describe('are purged', () => {
    const until = after(600);
    let folds: FoldRows;
    before(() => {
      const rows = rowsBefore(table, until);
      folds = foldRows(rows, walkForwardBlocks(sessionsOf(rows), until));
    });

    /** Folds with the targets of some rows turned around. */
    const changed = (pick: (time: number, resolved: number) => boolean): FoldRows => {
      const { rows } = folds;
      const of = (row: number): [number, number] => {
        const symbol = table.symbols[rows.symbol[row] ?? -1];
        const own = rows.row[row] ?? -1;
        return [symbol?.time[own] ?? NaN, symbol?.resolvedAt[own] ?? NaN];
      };
      const turned = (value: number, row: number): number => (pick(...of(row)) ? 1 - value : value);
      return { ...folds, rows: { ...rows, label: rows.label.map(turned), scale: rows.scale.map(turned) } };
    };
    const figures = (of: FoldRows): ChoiceFigures[] => {
      const first = scalerOf(of.rows);
      const design = designOf(first, featureParts(of.rows));
      const relative = fitScaler(table.relativeColumns.length, relativeParts(of.rows));
      const scales = Float32Array.from(of.rows.row, (row, at) => feature(symbolAt(of, at), row, 0));
      return [
        ...chooseScales(
          of,
          [{ arm: 'trained', scale: of.rows.scale }],
          design,
          scaleUnits(design.width, [1]),
        ).map(({ days }) => days),
        ...chooseCalibration(of, designOf(relative, relativeParts(of.rows), scales)).days.slice(0, 1),
      ];
    };
    const symbolAt = ({ rows }: FoldRows, at: number): SymbolTable => {
      const symbol = table.symbols[rows.symbol[at] ?? -1];
      if (symbol === undefined) throw new RangeError('no symbol');
      return symbol;
    };
    const between = ({ choice, dates, figures: all }: ChoiceFigures, from: number, end: number): number[] =>
      [...all].filter((_, at) => {
        const time = startOfDate(dates[Math.floor(at / choice.grid.length)] ?? '');
        return time >= from && time < end;
      });

    it('a target that is not known when a test starts changes no figure of that test', () => {
      const last = folds.folds.at(-1) ?? { start: NaN, end: NaN };
      const before = figures(folds);
      const late = figures(changed((time, resolved) => time < last.start && resolved >= last.start));
      const known = figures(changed((time, resolved) => time < last.start && resolved < last.start));
      for (const [at, own] of before.entries()) {
        const expected = between(own, last.start, last.end);
        expect(expected.length).to.be.above(0);
        expect(between(late[at] ?? own, last.start, last.end)).to.deep.equal(expected);
        // It would have been seen: rows that are known before change every candidate.
        expect(between(known[at] ?? own, last.start, last.end)).to.not.deep.equal(expected);
      }
    });

    it('targets of a test change nothing before it', () => {
      const last = folds.folds.at(-1) ?? { start: NaN };
      const before = figures(folds);
      const after = figures(changed((time) => time >= last.start));
      for (const [at, own] of before.entries())
        expect(between(after[at] ?? own, 0, last.start)).to.deep.equal(between(own, 0, last.start));
    });
  });

  it('compare logistic regressions by one step that ends near the minimum', () => {
    const until = after(600);
    const rows = rowsBefore(table, until);
    const folds = foldRows(rows, walkForwardBlocks(sessionsOf(rows), until));
    const relative = fitScaler(table.relativeColumns.length, relativeParts(folds.rows));
    const scales = folds.rows.scale;
    const design: Design = designOf(relative, relativeParts(folds.rows), scales);
    const { config, logits } = chooseCalibration(folds, design);
    const { from = 0, until: end = 0, training = 0 } = folds.folds.at(-1) ?? {};
    const targets = {
      labels: folds.rows.label.subarray(0, from),
      weights: folds.rows.weight
        .map((weight, row) => {
          const segment = folds.segments.find((own) => own.from <= row && row < own.until);
          return (segment?.resolved ?? Infinity) < training ? weight : 0;
        })
        .subarray(0, from),
    };
    const ridge = [...new Array<number>(design.width - 2).fill(config.relativeRidge), 1];
    const exact = linearOutputs(
      rowsOf(design, from, end),
      fitLogistic(rowsOf(design, 0, from), targets, ridge),
    );
    let [loss, best] = [0, 0];
    exact.forEach((logit, at) => {
      const label = folds.rows.label[from + at] ?? NaN;
      const quick = logits[from - folds.untested + at] ?? NaN;
      loss += Math.log1p(Math.exp(quick)) - label * quick;
      best += Math.log1p(Math.exp(logit)) - label * logit;
    });
    expect((loss - best) / exact.length).to.be.within(-0.01, 0.01);
  });

  it('see permuted targets of the same day and resolution, and no others', () => {
    const rows = rowsBefore(table, after(300));
    const permuted = permuteTargets(rows, [1]);
    expect(permuted).to.deep.equal(permuteTargets(rows, [1]));
    expect(permuted.scale).to.not.deep.equal(rows.scale);
    const byTime = (some: TargetRows): Map<number, string[]> => {
      const groups = new Map<number, string[]>();
      some.row.forEach((row, at) => {
        const pair = `${some.label[at]} ${some.scale[at]}`;
        groups.set(row, [...(groups.get(row) ?? []), pair].sort());
      });
      return groups;
    };
    expect(byTime(permuted)).to.deep.equal(byTime(rows));
  });
});
