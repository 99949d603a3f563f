import { sigmoid } from '../../stats/logistic.js';
import { tf, download } from '../tensorflow.js';
import type { Choice } from '../choices/choice.js';
import { addRows, addScaled, decayAndAdd, emptyGram, solveGram } from '../linear/gram.js';
import type { GramSums } from '../linear/gram.js';
import { fitLogistic } from '../linear/logistic.js';
import type { Design } from '../rows/design.js';
import { columnOf, eachBlock, linearOutputs, rowsOf } from '../rows/design.js';
import { HALF_LIVES, RELATIVE_RIDGES, SCALE_SLOPE_RIDGE, SYMBOL_SHRINKAGES } from '../settings.js';
import { lastColumns } from './calibration.js';
import { asTensor } from './choose-scale.js';
import type { CalibrationConfig } from './configs.js';
import { CALIBRATION_GRID, STANDARD, calibrationChoice } from './configs.js';
import type { DayFigures } from './day-figures.js';
import { lossSums } from './day-figures.js';
import { decayOf } from './decay.js';
import type { FoldRows } from './fold-rows.js';
import { trainingWeights } from './fold-rows.js';
import type { TargetArm } from './target-rows.js';

export interface ChosenCalibration {
  readonly choice: Choice;
  readonly config: CalibrationConfig;
  readonly days: DayFigures;
  /** The chosen candidate's logits of the tested rows, out of fold. */
  readonly logits: Float32Array;
}

/**
 * Chooses how a cohort's calibration is fitted, by the mean log-loss of the tested rows.
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
  const candidates = CALIBRATION_GRID.length;
  const solved = solveFolds(folds, design);
  const sums = lossSums(folds, candidates);
  for (const [at, { from, until }] of folds.folds.entries()) {
    const { weights, shifts } = solved[at] ?? NOTHING;
    const columns = asTensor(weights);
    const symbolShifts = tf.tensor2d(shifts, [shifts.length / candidates, candidates]);
    eachBlock(rowsOf(design, from, until), (block, first, last) => {
      const symbols = tf.tensor1d(folds.rows.symbol.subarray(from + first, from + last), 'int32');
      const shared = tf.gather(tf.matMul(block, columns), tf.tensor1d(WEIGHTS_OF, 'int32'), 1);
      const logits = tf.add<tf.Tensor2D>(shared, tf.gather(symbolShifts, symbols));
      const labels = columnOf(folds.rows.label.subarray(from + first, from + last));
      sums.add(download(tf.sub(tf.softplus(logits), tf.mul(logits, labels))), from + first);
    });
    tf.dispose([columns, symbolShifts]);
  }
  const choice = calibrationChoice(arm, sums.validation());
  const config = CALIBRATION_GRID[choice.chosen] ?? STANDARD.calibration;
  return { choice, config, days: sums.byDay(choice), logits: logitsOf(choice.chosen, folds, design, solved) };
}

/** Logits of one candidate for the tested rows. */
function logitsOf(
  candidate: number,
  { folds, rows, untested }: FoldRows,
  design: Design,
  solved: readonly Solved[],
): Float32Array {
  const logits = new Float32Array(design.count - untested);
  for (const [at, { from, until }] of folds.entries()) {
    const { weights, shifts } = solved[at] ?? NOTHING;
    const own = Float32Array.from(weights[WEIGHTS_OF[candidate] ?? -1] ?? []);
    const shared = linearOutputs(rowsOf(design, from, until), own);
    for (const [row, logit] of shared.entries()) {
      const symbol = rows.symbol[from + row] ?? -1;
      logits[from - untested + row] = logit + (shifts[symbol * CALIBRATION_GRID.length + candidate] ?? NaN);
    }
  }
  return logits;
}

/** Of every candidate: its place among those without the shrinkage, which share their weights. */
const WEIGHTS_OF = Int32Array.from(CALIBRATION_GRID, (_, at) => Math.floor(at / SYMBOL_SHRINKAGES.length));

/** What the rows of a block, or of a fold, add up to. */
interface Sums {
  readonly all: GramSums;
  /** By symbol: Σ v·x, Σ v·η + y − p and Σ v, row-major [symbols × (width + 2)]. */
  readonly symbols: Float64Array;
}

interface Solved {
  /** By half-life and ridge. */
  readonly weights: readonly Float64Array[];
  /** [symbols × candidates]. */
  readonly shifts: Float32Array;
}

const NOTHING: Solved = { weights: [], shifts: new Float32Array(0) };

function solveFolds(folds: FoldRows, design: Design): Solved[] {
  const { width } = design;
  const count = folds.rows.table.symbols.length;
  const blocks = blockSums(folds, design);
  return folds.folds.map(({ training }) => {
    const weights: Float64Array[] = [];
    const shifts = new Float32Array(count * CALIBRATION_GRID.length);
    for (const halfLife of HALF_LIVES) {
      const sums = emptySums(width, count);
      for (const [block, more] of blocks.slice(0, training).entries()) {
        const decay = decayOf(folds.sessions[block] ?? NaN, halfLife);
        decayAndAdd(sums.all, decay, more.all);
        addScaled(sums.symbols, decay, more.symbols);
      }
      for (const ridge of RELATIVE_RIDGES) {
        const penalties = [...new Array<number>(width - 2).fill(ridge), SCALE_SLOPE_RIDGE, 0];
        const solution = solveGram(sums.all, penalties);
        const from = weights.length * SYMBOL_SHRINKAGES.length;
        weights.push(solution);
        for (let symbol = 0; symbol < count; symbol += 1) {
          const own = sums.symbols.subarray(symbol * (width + 2), (symbol + 1) * (width + 2));
          let score = own[width] ?? NaN;
          for (let column = 0; column < width; column += 1)
            score -= (own[column] ?? NaN) * (solution[column] ?? NaN);
          for (const [at, shrinkage] of SYMBOL_SHRINKAGES.entries())
            shifts[symbol * CALIBRATION_GRID.length + from + at] =
              score / ((own[width + 1] ?? NaN) + shrinkage);
        }
      }
    }
    return { weights, shifts };
  });
}

function emptySums(width: number, symbols: number): Sums {
  return { all: emptyGram(width), symbols: new Float64Array(symbols * (width + 2)) };
}

/** Sums of the rows that each block resolves. */
function blockSums(folds: FoldRows, design: Design): Sums[] {
  const { rows, segments, sessions } = folds;
  const { width, values } = design;
  const count = rows.table.symbols.length;
  const start = scaleLogits(folds, design);
  const sums = sessions.map(() => emptySums(width, count));
  const information = new Float32Array(design.count);
  const right = new Float32Array(design.count);
  for (let row = 0; row < design.count; row += 1) {
    const logit = start[row] ?? NaN;
    const probability = sigmoid(logit);
    const weight = rows.weight[row] ?? NaN;
    information[row] = weight * probability * (1 - probability);
    right[row] = (information[row] ?? NaN) * logit + weight * ((rows.label[row] ?? NaN) - probability);
  }
  for (const { from, until, resolved } of segments) {
    const own = sums[resolved];
    if (own === undefined) continue;
    const some = rowsOf(design, from, until);
    addRows(own.all, some, information.subarray(from, until), right.subarray(from, until));
    for (let row = from; row < until; row += 1) {
      const place = (rows.symbol[row] ?? 0) * (width + 2);
      const v = information[row] ?? NaN;
      for (let column = 0; column < width; column += 1)
        own.symbols[place + column] =
          (own.symbols[place + column] ?? NaN) + v * (values[row * width + column] ?? NaN);
      own.symbols[place + width] = (own.symbols[place + width] ?? NaN) + (right[row] ?? NaN);
      own.symbols[place + width + 1] = (own.symbols[place + width + 1] ?? NaN) + v;
    }
  }
  return sums;
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
