import { singlesOf } from '../../../data/math/fill-columns.js';
import type { Choice } from '../choices/choice.js';
import { walkForwardBlocks } from '../choices/folds.js';
import { fitScaler, standardiseRows, wholeColumn } from '../rows/scaler.js';
import { designOf, withLastFeature } from '../rows/design.js';
import { featureParts, relativeParts, scalerOf } from '../rows/row-set.js';
import { chooseCalibration } from './choose-calibration.js';
import { chooseScales } from './choose-scale.js';
import type { PriorConfigs } from './configs.js';
import { STANDARD, scaleChoice, shiftChoice, weightsChoice } from './configs.js';
import type { ChoiceFigures } from './choice-figures.js';
import type { Steps } from './fit-prior.js';
import { scaleUnits } from './fit-scale.js';
import type { FoldRows } from './fold-rows.js';
import { foldRows, withTargetsOf } from './fold-rows.js';
import type { TargetArm, TargetRows } from './target-rows.js';
import { firstTargets } from './target-rows.js';

/** Rows with labels resolved before the validation part, with one of their targets. */
export interface ArmRows {
  readonly arm: TargetArm;
  readonly rows: TargetRows;
}

export interface PriorChoiceTask extends Steps {
  /** The same rows with other targets; at least one. */
  readonly arms: readonly ArmRows[];
  /** Day numbers with rows, ascending; later ones than the validation part's start do not matter. */
  readonly sessions: readonly number[];
  /** Start of the cohort's validation part, exchange minutes. */
  readonly until: number;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
}

/** A row of a fold's test with the logit of the chosen configurations. */
export interface OutOfFold {
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  readonly logit: Float32Array;
  /** Share of ones among the labels of the symbol in the fold's training; among all of them where it has none. */
  readonly baseRate: Float32Array;
}

export interface ChosenPrior {
  readonly configs: PriorConfigs;
  /** Of the scale model, of the calibration, and of its shifts. */
  readonly choices: readonly Choice[];
  /** As the choices; none where the defaults were taken. */
  readonly days: readonly ChoiceFigures[];
  /** In order of time. */
  readonly outOfFold: OutOfFold;
}

/**
 * Fewest rows before the first test, several for each feature and tanh unit. With one symbol's there are so few that
 * folds predict probabilities of almost 0 and 1.
 */
const LEAST_ROWS = 500;

/**
 * Chooses how a cohort's prior is fitted by purged walk-forward validation on its past. First the scale model, by its
 * own loss; then the calibration, given the out-of-fold scales of the one that was chosen. Scalers are those of the
 * rows before the first test, so a fold sees nothing of what comes after its training.
 *
 * @returns What is chosen for each arm.
 * @throws GurukulError Cancelled.
 */
export async function choosePriors(task: PriorChoiceTask): Promise<ChosenPrior[]> {
  const { arms, sessions, until, seed } = task;
  const steps = 1 + arms.length;
  task.onStep(0, steps);
  const defaults = (): ChosenPrior[] => arms.map(({ arm }) => withoutPast(arm));
  const walk = walkForwardBlocks(sessions, until);
  const [one] = arms;
  if (walk.tests.length === 0 || one === undefined) return defaults();
  const folds = foldRows(one.rows, walk);
  if (folds.untested < LEAST_ROWS) return defaults();
  const byArm = arms.map((own) => ({
    arm: own.arm,
    folds: own === one ? folds : withTargetsOf(folds, own.rows),
  }));
  const first = firstTargets(folds.rows, folds.untested);
  const design = designOf(scalerOf(first), featureParts(folds.rows));
  const targets = byArm.map(({ arm, folds: { rows } }) => ({ arm, scale: rows.scale }));
  const scales = chooseScales(folds, targets, design, scaleUnits(design.width, seed));
  await step(task, 1, steps);
  const relative = designOf(
    fitScaler(one.rows.table.relativeColumns.length, relativeParts(first)),
    relativeParts(folds.rows),
    new Float32Array(design.count),
  );
  const baseRate = baseRates(folds);
  const chosen: ChosenPrior[] = [];
  for (const [place, { arm, folds: own }] of byArm.entries()) {
    const scale = scales[place];
    if (scale === undefined) continue;
    const scaler = { ...fitScaler(1, [wholeColumn(scale.scales.subarray(0, own.untested))]), clip: Infinity };
    const standardised = new Float32Array(scale.scales.length);
    standardiseRows(scaler, wholeColumn(scale.scales), standardised, 0, 1);
    const calibration = chooseCalibration(own, withLastFeature(relative, standardised), arm);
    chosen.push({
      configs: { scale: scale.config, calibration: calibration.config },
      choices: [scale.choice, ...calibration.choices],
      days: [scale.days, ...calibration.days],
      outOfFold: {
        symbol: own.rows.symbol.subarray(own.untested),
        row: own.rows.row.subarray(own.untested),
        logit: calibration.logits,
        baseRate,
      },
    });
    await step(task, 2 + place, steps);
  }
  return chosen;
}

/** Of every tested row. */
function baseRates({ rows, segments, folds, untested }: FoldRows): Float32Array {
  const rates = new Float32Array(rows.row.length - untested);
  for (const { from, until, training } of folds) {
    const counts = new Float64Array(rows.table.symbols.length);
    const ones = new Float64Array(counts.length);
    for (const { resolved, ...segment } of segments)
      if (resolved < training)
        countOnes(
          counts,
          ones,
          rows.symbol.subarray(segment.from, segment.until),
          rows.label.subarray(segment.from, segment.until),
        );
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    const all = sum(ones) / Math.max(1, sum(counts));
    const shares = ones.map((own, symbol) => {
      const count = counts[symbol] ?? 0;
      return count === 0 ? all : own / count;
    });
    rates.set(
      singlesOf(rows.symbol.subarray(from, until), (symbol) => shares[symbol] ?? NaN),
      from - untested,
    );
  }
  return rates;
}

/** Counts rows and ones by symbol. */
function countOnes(counts: Float64Array, ones: Float64Array, symbol: Int32Array, label: Float32Array): void {
  for (let row = 0; row < symbol.length; row += 1) {
    const own = symbol[row] ?? -1;
    counts[own] = (counts[own] ?? NaN) + 1;
    ones[own] = (ones[own] ?? NaN) + (label[row] ?? NaN);
  }
}

/** The declared defaults. */
function withoutPast(arm: TargetArm): ChosenPrior {
  const none = new Int32Array(0);
  return {
    configs: STANDARD,
    choices: [scaleChoice(arm), weightsChoice(arm), shiftChoice(arm)],
    days: [],
    outOfFold: { symbol: none, row: none, logit: new Float32Array(0), baseRate: new Float32Array(0) },
  };
}

async function step({ checkpoint, onStep }: Steps, done: number, steps: number): Promise<void> {
  onStep(done, steps);
  await checkpoint.step(() => ({ facts: null, arrays: [] }));
}
