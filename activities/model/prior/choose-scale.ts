import { tf, download } from '../tensorflow.js';
import type { Choice } from '../choices/choice.js';
import { addScaled, factorGram, solveFactor } from '../linear/gram.js';
import { withTanhUnits } from '../linear/random-tanh.js';
import type { Design } from '../rows/design.js';
import { addGram, addProjection, columnOf, eachBlock, rowsOf } from '../rows/design.js';
import { HALF_LIVES, TANH_UNITS } from '../settings.js';
import type { ScaleConfig } from './configs.js';
import { SCALE_GRID, STANDARD, scaleChoice } from './configs.js';
import type { ChoiceFigures } from './choice-figures.js';
import { lossSums } from './choice-figures.js';
import { decayOf } from './decay.js';
import { scalePenalties } from './fit-scale.js';
import type { FoldRows } from './fold-rows.js';
import type { TargetArm } from './target-rows.js';

export interface ChosenScale {
  readonly choice: Choice;
  readonly config: ScaleConfig;
  readonly days: ChoiceFigures;
  /**
   * The chosen candidate's prediction of every row of the folds: out of fold; before the first test that of the first
   * fold's model.
   */
  readonly scales: Float32Array;
}

/** Folds with the targets of an arm. */
export interface ArmFolds {
  readonly arm: TargetArm;
  readonly folds: FoldRows;
}

/**
 * Chooses how a cohort's scale model is fitted, by the mean squared error of the tested rows. Every candidate of every
 * fold is solved from the same sums over blocks of time.
 *
 * @param arms At least one fold each; they differ in nothing but their targets, so that everything else is computed
 * once.
 * @param design Standardised features of the folds' rows.
 * @param units See `scaleUnits`.
 * @returns A choice for each arm.
 */
export function chooseScales(arms: readonly ArmFolds[], design: Design, units: Float32Array): ChosenScale[] {
  const expand = withTanhUnits(units, design.width);
  const solutions = solveFolds(arms, design, units);
  const { folds, untested } = arms[0]?.folds ?? NO_FOLDS;
  const sums = arms.map((own) => lossSums(own.folds, SCALE_GRID.length));
  folds.forEach(({ from, until }, at) => {
    const candidates = solutions.map((own) => asTensor(own[at] ?? []));
    eachBlock(rowsOf(design, from, until), (block, first, last) => {
      const columns = expand(block);
      arms.forEach(({ folds: { rows } }, arm) => {
        const targets = columnOf(rows.scale.subarray(from + first, from + last));
        const weights = candidates[arm];
        if (weights === undefined) return;
        const off = tf.sub(tf.matMul(columns, weights), targets);
        sums[arm]?.add(download(tf.square(off)), from + first);
      });
    });
    tf.dispose(candidates);
  });
  return arms.flatMap(({ arm }, place) => {
    const [own, losses] = [solutions[place], sums[place]];
    if (own === undefined || losses === undefined) return [];
    const choice = scaleChoice(arm, losses.validation());
    const scales = new Float32Array(design.count);
    const predict = (solution: Float64Array | undefined, from: number, until: number): void =>
      eachBlock(rowsOf(design, from, until), (block, first) => {
        const weights = columnOf(Float32Array.from(solution ?? []));
        scales.set(download(tf.matMul(expand(block), weights)), from + first);
      });
    predict(own[0]?.[choice.chosen], 0, untested);
    for (const [at, { from, until }] of folds.entries()) predict(own[at]?.[choice.chosen], from, until);
    const config = SCALE_GRID[choice.chosen] ?? STANDARD.scale;
    return [{ choice, config, days: losses.byDay(choice), scales }];
  });
}

const NO_FOLDS: Pick<FoldRows, 'folds' | 'untested' | 'sessions'> = { folds: [], untested: 0, sessions: [] };

/** Weights of every candidate of every fold, for each arm. */
function solveFolds(arms: readonly ArmFolds[], design: Design, units: Float32Array): Float64Array[][][] {
  const width = design.width + TANH_UNITS;
  const blocks = blockSums(arms, design, units);
  const { folds, sessions } = arms[0]?.folds ?? NO_FOLDS;
  const solutions = arms.map(() => folds.map((): Float64Array[] => []));
  folds.forEach(({ training }, fold) => {
    const byHalfLife = new Map(
      HALF_LIVES.map((halfLife) => {
        const sums = emptyArms(arms.length, width);
        for (let block = 0; block < training; block += 1) {
          const [decay, more] = [decayOf(sessions[block] ?? NaN, halfLife), blocks[block]];
          if (more === undefined) continue;
          addScaled(sums.gram, decay, more.gram);
          sums.rights.forEach((right, arm) => addScaled(right, decay, more.rights[arm] ?? right));
        }
        return [halfLife, sums];
      }),
    );
    for (const config of SCALE_GRID) {
      const { gram, rights } = byHalfLife.get(config.halfLife) ?? emptyArms(arms.length, width);
      const factor = factorGram(gram, scalePenalties(design.width, config));
      rights.forEach((right, arm) => solutions[arm]?.[fold]?.push(solveFactor(factor, right)));
    }
  });
  return solutions;
}

/** Sums of rows with one right side for each arm. */
interface ArmSums {
  readonly gram: Float64Array;
  readonly rights: readonly Float64Array[];
}

function emptyArms(arms: number, width: number): ArmSums {
  return {
    gram: new Float64Array(width * width),
    rights: Array.from({ length: arms }, () => new Float64Array(width)),
  };
}

/** Sums of the rows that each block resolves. */
function blockSums(arms: readonly ArmFolds[], design: Design, units: Float32Array): ArmSums[] {
  const [first] = arms;
  if (first === undefined) return [];
  const { rows, segments, sessions } = first.folds;
  const sums = sessions.map(() => emptyArms(arms.length, design.width + TANH_UNITS));
  const values = arms.map(({ folds }) =>
    folds.rows.scale.map((target, row) => target * (rows.weight[row] ?? NaN)),
  );
  const expand = withTanhUnits(units, design.width);
  for (const { from, until, resolved } of segments) {
    const own = sums[resolved];
    if (own === undefined) continue;
    eachBlock(rowsOf(design, from, until), (block, start, end) => {
      const columns = expand(block);
      addGram(own.gram, columns, columnOf(rows.weight.subarray(from + start, from + end)));
      own.rights.forEach((right, arm) => {
        const targets = values[arm]?.subarray(from + start, from + end);
        if (targets !== undefined) addProjection(right, columns, columnOf(targets));
      });
    });
  }
  return sums;
}

/** Solutions as columns [width, candidates]. */
export function asTensor(solutions: readonly Float64Array[]): tf.Tensor2D {
  const width = solutions[0]?.length ?? 0;
  const values = new Float32Array(width * solutions.length);
  for (const [at, solution] of solutions.entries())
    for (let row = 0; row < width; row += 1) values[row * solutions.length + at] = solution[row] ?? NaN;
  return tf.tensor2d(values, [width, solutions.length]);
}
