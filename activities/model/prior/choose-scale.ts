import { tf, download } from '../tensorflow.js';
import type { Choice } from '../choices/choice.js';
import type { GramSums } from '../linear/gram.js';
import { addRows, decayAndAdd, emptyGram, solveGram } from '../linear/gram.js';
import { withTanhUnits } from '../linear/tanh-expansion.js';
import type { Design } from '../rows/design.js';
import { columnOf, eachBlock, rowsOf } from '../rows/design.js';
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

/** Targets of the folds' rows. */
export interface ScaleArm {
  readonly arm: TargetArm;
  /** Forward scale of each row. */
  readonly scale: Float32Array;
}

/**
 * Chooses how a cohort's scale model is fitted, by the mean squared error of the tested rows. Every candidate of every
 * fold is solved from the same sums over blocks of time, and all arms share what does not depend on targets.
 *
 * @param folds At least one.
 * @param design Standardised features of the folds' rows.
 * @param units See `scaleUnits`.
 * @returns A choice for each arm.
 */
export function chooseScales(
  folds: FoldRows,
  arms: readonly ScaleArm[],
  design: Design,
  units: Float32Array,
): ChosenScale[] {
  const expand = withTanhUnits(units, design.width);
  const solved = solveFolds(folds, arms, design, units);
  const judged = arms.map((own, arm) => ({
    ...own,
    solutions: solved.map((byArm) => byArm[arm] ?? []),
    losses: lossSums(folds, SCALE_GRID.length),
  }));
  for (const [at, { from, until }] of folds.folds.entries()) {
    const candidates = judged.map(({ solutions }) => asTensor(solutions[at] ?? []));
    eachBlock(rowsOf(design, from, until), (block, first, last) => {
      const columns = expand(block);
      judged.forEach(({ scale, losses }, arm) => {
        const weights = candidates[arm];
        if (weights === undefined) return;
        const off = tf.sub(tf.matMul(columns, weights), columnOf(scale.subarray(from + first, from + last)));
        losses.add(download(tf.square(off)), from + first);
      });
    });
    tf.dispose(candidates);
  }
  return judged.map(({ arm, solutions, losses }) => {
    const choice = scaleChoice(arm, losses.validation());
    const scales = new Float32Array(design.count);
    const predict = (solution: Float64Array | undefined, from: number, until: number): void =>
      eachBlock(rowsOf(design, from, until), (block, first) => {
        const weights = columnOf(Float32Array.from(solution ?? []));
        scales.set(download(tf.matMul(expand(block), weights)), from + first);
      });
    predict(solutions[0]?.[choice.chosen], 0, folds.untested);
    for (const [at, { from, until }] of folds.folds.entries())
      predict(solutions[at]?.[choice.chosen], from, until);
    const config = SCALE_GRID[choice.chosen] ?? STANDARD.scale;
    return { choice, config, days: losses.byDay(choice), scales };
  });
}

/** Weights of every candidate, by fold and arm. */
function solveFolds(
  folds: FoldRows,
  arms: readonly ScaleArm[],
  design: Design,
  units: Float32Array,
): Float64Array[][][] {
  const empty = (): GramSums => emptyGram(design.width + TANH_UNITS, arms.length);
  const blocks = blockSums(folds, arms, design, units, empty);
  return folds.folds.map(({ training }) => {
    const byHalfLife = new Map(
      HALF_LIVES.map((halfLife) => {
        const sums = empty();
        for (const [block, more] of blocks.slice(0, training).entries())
          decayAndAdd(sums, decayOf(folds.sessions[block] ?? NaN, halfLife), more);
        return [halfLife, sums];
      }),
    );
    const byCandidate = SCALE_GRID.map((config) =>
      solveGram(byHalfLife.get(config.halfLife) ?? empty(), scalePenalties(design.width, config)),
    );
    return arms.map((_, arm) => byCandidate.flatMap((solutions) => solutions[arm] ?? []));
  });
}

/** Sums of the rows that each block resolves. */
function blockSums(
  { rows, segments, sessions }: FoldRows,
  arms: readonly ScaleArm[],
  design: Design,
  units: Float32Array,
  empty: () => GramSums,
): GramSums[] {
  const sums = sessions.map(empty);
  const values = arms.map(({ scale }) => scale.map((target, row) => target * (rows.weight[row] ?? NaN)));
  for (const { from, until, resolved } of segments) {
    const own = sums[resolved];
    if (own === undefined) continue;
    const weights = rows.weight.subarray(from, until);
    const some = values.map((all) => all.subarray(from, until));
    addRows(own, rowsOf(design, from, until), weights, some, withTanhUnits(units, design.width));
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
