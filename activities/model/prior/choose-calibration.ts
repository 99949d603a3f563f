import { sigmoid } from '../../stats/logistic.js';
import { tf, download } from '../tensorflow.js';
import type { Choice } from '../choices/choice.js';
import { addRows, addScaled, decayAndAdd, emptyGram, solveGram } from '../linear/gram.js';
import type { GramSums } from '../linear/gram.js';
import { fitLogistic } from '../linear/logistic.js';
import { shrunkShift } from '../linear/shrunk-shift.js';
import type { Design } from '../rows/design.js';
import { columnOf, eachBlock, linearOutputs, rowsOf } from '../rows/design.js';
import { HALF_LIVES, RELATIVE_RIDGES, SCALE_SLOPE_RIDGE } from '../settings.js';
import { lastColumns } from './calibration.js';
import { asTensor } from './choose-scale.js';
import type { CalibrationConfig } from './configs.js';
import { SHIFT_GRID, STANDARD, WEIGHTS_GRID, shiftChoice, weightsChoice } from './configs.js';
import type { ChoiceFigures } from './choice-figures.js';
import { lossSums } from './choice-figures.js';
import { decayOf } from './decay.js';
import type { FoldRows } from './fold-rows.js';
import { trainingWeights } from './fold-rows.js';
import type { TargetArm } from './target-rows.js';

export interface ChosenCalibration {
  /** Of the weights, then of the shifts. */
  readonly choices: readonly Choice[];
  readonly config: CalibrationConfig;
  /** As the choices. */
  readonly days: readonly ChoiceFigures[];
  /** The chosen candidates' logits of the tested rows, out of fold. */
  readonly logits: Float32Array;
}

/**
 * Chooses how a cohort's calibration is fitted, by the mean log-loss of the tested rows: first its weights, without
 * shifts; then, with the weights that were chosen, the shifts of symbols.
 *
 * A candidate is one Newton step of its logistic regression, from the logit of the scale alone that is fitted before
 * the row's own test. So all rows are linearised once, and the weights of every candidate of every fold follow from
 * the same sums over blocks of time: XᵀVX and Xᵀ(V·η + y − p), V = p(1 − p), η the logit of the scale alone. The
 * relative features carry little, so the step ends near the minimum.
 *
 * @param design Standardised relative features, the standardised out-of-fold scale, and a 1, of the folds' rows.
 * @param folds At least one.
 */
export function chooseCalibration(
  folds: FoldRows,
  design: Design,
  arm: TargetArm = 'trained',
): ChosenCalibration {
  const { label } = folds.rows;
  const blocks = blockSums(folds, design);
  const solved = folds.folds.map(({ training }) => solveFold(blocks.slice(0, training), folds, design.width));
  const sums = lossSums(folds, WEIGHTS_GRID.length);
  for (const [at, { from, until }] of folds.folds.entries()) {
    const columns = asTensor(solved[at] ?? []);
    eachBlock(rowsOf(design, from, until), (block, first, last) => {
      const logits = tf.matMul<tf.Tensor2D>(block, columns);
      sums.add(logLosses(logits, label.subarray(from + first, from + last)), from + first);
    });
    columns.dispose();
  }
  const weights = weightsChoice(arm, sums.validation());
  const config = WEIGHTS_GRID[weights.chosen] ?? STANDARD.calibration;

  const shared = new Float32Array(design.count - folds.untested);
  const shiftsByFold = folds.folds.map(({ from, until, training }, at) => {
    const solution = solved[at]?.[weights.chosen] ?? new Float64Array(design.width);
    const own = linearOutputs(rowsOf(design, from, until), Float32Array.from(solution));
    shared.set(own, from - folds.untested);
    return shiftsOf(symbolSums(blocks.slice(0, training), folds, config.halfLife), solution);
  });
  const shiftSums = lossSums(folds, SHIFT_GRID.length);
  for (const [at, { from, until }] of folds.folds.entries()) {
    const shifts = shiftsByFold[at] ?? new Float32Array(0);
    const logits = shiftedLogits(
      shared.subarray(from - folds.untested, until - folds.untested),
      folds.rows.symbol.subarray(from, until),
      shifts,
    );
    if (until > from)
      tf.tidy(() => {
        const all = tf.tensor2d(logits, [until - from, SHIFT_GRID.length]);
        shiftSums.add(logLosses(all, label.subarray(from, until)), from);
      });
  }
  const shifts = shiftChoice(arm, shiftSums.validation());
  for (const [at, { from, until }] of folds.folds.entries())
    addShifts(
      shared.subarray(from - folds.untested, until - folds.untested),
      folds.rows.symbol.subarray(from, until),
      shiftsByFold[at] ?? new Float32Array(0),
      shifts.chosen,
    );
  const { symbolShrinkage } = SHIFT_GRID[shifts.chosen] ?? STANDARD.calibration;
  return {
    choices: [weights, shifts],
    config: { ...config, symbolShrinkage },
    days: [sums.byDay(weights), shiftSums.byDay(shifts)],
    logits: shared,
  };
}

/*
 * Loops over rows are functions of their own, on plain arrays: V8 compiles a loop inside of a long function again for
 * every place that it enters, which took as long as the loops themselves.
 */

/** Logits of some rows with the shifts of every candidate, row-major [n × candidates]. */
function shiftedLogits(logits: Float32Array, symbol: Int32Array, shifts: Float32Array): Float32Array {
  const width = SHIFT_GRID.length;
  const shifted = new Float32Array(logits.length * width);
  for (let row = 0; row < logits.length; row += 1) {
    const own = (symbol[row] ?? -1) * width;
    for (let at = 0; at < width; at += 1)
      shifted[row * width + at] = (logits[row] ?? NaN) + (shifts[own + at] ?? NaN);
  }
  return shifted;
}

/** Adds a candidate's shifts to the logits of some rows. */
function addShifts(logits: Float32Array, symbol: Int32Array, shifts: Float32Array, candidate: number): void {
  for (let row = 0; row < logits.length; row += 1)
    logits[row] = (logits[row] ?? NaN) + (shifts[(symbol[row] ?? -1) * SHIFT_GRID.length + candidate] ?? NaN);
}

/** Log-loss of every logit [n, candidates], row-major: log(1 + e^z) − y·z. */
function logLosses(logits: tf.Tensor2D, labels: Float32Array): Float32Array {
  return download(tf.sub(tf.softplus(logits), tf.mul(logits, columnOf(labels))));
}

/** What the rows that a block resolves add up to. */
interface Sums {
  readonly all: GramSums;
  /** By symbol: Σ v·x, Σ v·η + y − p and Σ v, row-major [symbols × (width + 2)]. */
  readonly symbols: Float64Array;
}

/** Weights of every candidate in a fold. @param blocks Those that it is trained on. */
function solveFold(blocks: readonly Sums[], { sessions }: FoldRows, width: number): Float64Array[] {
  return HALF_LIVES.flatMap((halfLife) => {
    const sums = emptyGram(width);
    for (const [block, { all }] of blocks.entries())
      decayAndAdd(sums, decayOf(sessions[block] ?? NaN, halfLife), all);
    return RELATIVE_RIDGES.flatMap((ridge) =>
      solveGram(sums, [...new Array<number>(width - 2).fill(ridge), SCALE_SLOPE_RIDGE, 0]),
    );
  });
}

/** Sums of the symbols in a fold, decayed. */
function symbolSums(blocks: readonly Sums[], { sessions }: FoldRows, halfLife: number): Float64Array {
  const sums = new Float64Array(blocks[0]?.symbols.length ?? 0);
  for (const [block, { symbols }] of blocks.entries())
    addScaled(sums, decayOf(sessions[block] ?? NaN, halfLife), symbols);
  return sums;
}

/** Shift of every symbol under every shrinkage, row-major [symbols × candidates]: one Newton step. */
function shiftsOf(sums: Float64Array, solution: Float64Array): Float32Array {
  const stride = solution.length + 2;
  const shifts = new Float32Array((sums.length / stride) * SHIFT_GRID.length);
  for (let symbol = 0; symbol * stride < sums.length; symbol += 1) {
    const own = symbol * stride;
    const information = sums[own + stride - 1] ?? NaN;
    let score = sums[own + stride - 2] ?? NaN;
    for (let column = 0; column < solution.length; column += 1)
      score -= (sums[own + column] ?? NaN) * (solution[column] ?? NaN);
    SHIFT_GRID.forEach(({ symbolShrinkage }, at) => {
      shifts[symbol * SHIFT_GRID.length + at] = shrunkShift({ score, information }, symbolShrinkage);
    });
  }
  return shifts;
}

function emptySums(width: number, symbols: number): Sums {
  return { all: emptyGram(width), symbols: new Float64Array(symbols * (width + 2)) };
}

/** Sums of the rows that each block resolves. */
function blockSums(folds: FoldRows, design: Design): Sums[] {
  const { rows, segments, sessions } = folds;
  const { width } = design;
  const count = rows.table.symbols.length;
  const start = scaleLogits(folds, design);
  const sums = sessions.map(() => emptySums(width, count));
  const { information, right } = linearised(start, rows.label, rows.weight);
  for (const { from, until, resolved } of segments) {
    const own = sums[resolved];
    if (own === undefined) continue;
    const some = rowsOf(design, from, until);
    addRows(own.all, some, information.subarray(from, until), [right.subarray(from, until)]);
    addBySymbol(
      own.symbols,
      rows.symbol.subarray(from, until),
      some,
      information.subarray(from, until),
      right.subarray(from, until),
    );
  }
  return sums;
}

/** Of every row v = w·p(1 − p), and v·η + w·(y − p): see {@link chooseCalibration}. */
function linearised(
  logits: Float32Array,
  label: Float32Array,
  weight: Float32Array,
): { readonly information: Float32Array; readonly right: Float32Array } {
  const information = new Float32Array(logits.length);
  const right = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += 1) {
    const logit = logits[row] ?? NaN;
    const probability = sigmoid(logit);
    const own = weight[row] ?? NaN;
    information[row] = own * probability * (1 - probability);
    right[row] = (information[row] ?? NaN) * logit + own * ((label[row] ?? NaN) - probability);
  }
  return { information, right };
}

/** Adds rows to the sums of their symbols. */
function addBySymbol(
  sums: Float64Array,
  symbol: Int32Array,
  { values, width }: Design,
  information: Float32Array,
  right: Float32Array,
): void {
  for (let row = 0; row < symbol.length; row += 1) {
    const place = (symbol[row] ?? 0) * (width + 2);
    const v = information[row] ?? NaN;
    for (let column = 0; column < width; column += 1)
      sums[place + column] = (sums[place + column] ?? NaN) + v * (values[row * width + column] ?? NaN);
    sums[place + width] = (sums[place + width] ?? NaN) + (right[row] ?? NaN);
    sums[place + width + 1] = (sums[place + width + 1] ?? NaN) + v;
  }
}

/** Logits of the scale alone: of each test by its fold; before the first test by the first fold. */
function scaleLogits(folds: FoldRows, whole: Design): Float32Array {
  const design = lastColumns(whole);
  const logits = new Float32Array(design.count);
  let weights: Float32Array | undefined;
  for (const { from, until, training } of folds.folds) {
    const targets = {
      labels: folds.rows.label.subarray(0, from),
      weights: trainingWeights(folds, training).subarray(0, from),
    };
    const first = weights === undefined;
    weights = fitLogistic(rowsOf(design, 0, from), targets, [SCALE_SLOPE_RIDGE], weights);
    if (first) logits.set(linearOutputs(rowsOf(design, 0, from), weights));
    logits.set(linearOutputs(rowsOf(design, from, until), weights), from);
  }
  return logits;
}
