import type { Choice, ChoiceConfig } from '../choices/choice.js';
import type { ChoiceFigures } from '../prior/choice-figures.js';
import { rankFigures } from '../prior/choice-figures.js';
import { chooseByDay } from '../ranking/choose-by-day.js';
import { DayMeans } from '../ranking/day-means.js';
import type { Design } from '../rows/design.js';
import { eachBlock, rowsOf } from '../rows/design.js';
import { tf } from '../tensorflow.js';
import type { StudentRows } from './student-rows.js';
import type { TestedTime } from './tested-times.js';
import { testedTimes } from './tested-times.js';

/** What is chosen about a student, and by what. */
export interface StudentChoice {
  readonly choice: Choice;
  readonly figures: ChoiceFigures;
}

export interface CandidateTask {
  /** In words. */
  readonly what: string;
  readonly configs: readonly ChoiceConfig[];
  /** Index of the default. */
  readonly standard: number;
  readonly rows: StudentRows;
  readonly design: Design;
  /** Weights of every candidate that is fitted on the first blocks. */
  readonly weights: (training: number) => readonly Float64Array[];
  /** The figure of a column of outputs at a time, higher is better; NaN where there is none. */
  readonly figure: (outputs: CandidateOutputs, candidate: number, tested: TestedTime) => number;
}

/** Outputs of all candidates for the rows of a fold. */
export interface CandidateOutputs {
  /** Row-major [rows × candidates]. */
  readonly values: Float32Array;
  readonly candidates: number;
  /** Index of the fold's first row. */
  readonly from: number;
}

/** Predicts every fold by what was known before it, with every candidate: the default, unless another is clearly better. */
export function chooseCandidate(task: CandidateTask): StudentChoice {
  const { what, configs, standard, rows, design, weights, figure } = task;
  const folds = rows.folds.map((fold) => ({ fold, times: testedTimes(rows, fold) }));
  const times = folds.flatMap((own) => own.times);
  const means = new DayMeans(
    configs.length,
    times.map(({ time }) => time),
  );
  const figures = new Float64Array(configs.length);
  for (const { fold, times: own } of folds) {
    const values = outputsOf(rowsOf(design, fold.from, fold.until), weights(fold.training));
    const outputs = { values, candidates: configs.length, from: fold.from };
    for (const tested of own) {
      for (let candidate = 0; candidate < figures.length; candidate += 1)
        figures[candidate] = figure(outputs, candidate, tested);
      means.add(tested.time, figures);
    }
  }
  const judged = means.result();
  const choice = chooseByDay(what, configs, standard, {
    ...judged,
    rows: times.reduce((sum, { places }) => sum + places.length, 0),
  });
  return { choice, figures: rankFigures(choice, judged) };
}

/** Weighted sums of the columns of a design. @returns Row-major [rows × sums]. */
export function outputsOf(design: Design, weights: readonly Float64Array[]): Float32Array {
  const { width, count } = design;
  const kernel = new Float32Array(width * weights.length);
  weights.forEach((column, at) => {
    for (let row = 0; row < width; row += 1) kernel[row * weights.length + at] = column[row] ?? NaN;
  });
  const outputs = new Float32Array(count * weights.length);
  eachBlock(design, (block, from) => {
    outputs.set(
      tf.matMul(block, tf.tensor2d(kernel, [width, weights.length])).dataSync(),
      from * weights.length,
    );
  });
  return outputs;
}
