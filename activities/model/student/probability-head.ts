import { exp } from '../../../data/math/exp.js';
import { log } from '../../../data/math/log.js';
import { sigmoid, smoothedRate } from '../../stats/logistic.js';
import type { GramSums } from '../linear/gram.js';
import { fitLogistic } from '../linear/logistic.js';
import { solveProportional } from '../linear/proportional-ridge.js';
import type { Design } from '../rows/design.js';
import type { Problem } from './block-sums.js';
import { LeadingSums, blockSums, mixedSums, sumOfBlocks } from './block-sums.js';
import type { CandidateOutputs, StudentChoice } from './head-candidates.js';
import { chooseCandidate } from './head-candidates.js';
import type { ProbabilityCandidate } from './student-grid.js';
import {
  DEFAULT_PROBABILITY,
  HARD_PROBABILITY_RIDGE,
  PROBABILITY_GRID,
  TEMPERATURES,
  candidateAsJson,
} from './student-grid.js';
import type { StudentRows } from './student-rows.js';
import type { TestedTime } from './tested-times.js';

/*
 * With z the student's logit, t that of the teachers, p = σ(t) and v(T) = σ(t/T)·(1 − σ(t/T)), to the second order
 * around t, near which a student stays:
 *
 * soft loss T²·CE(σ(t/T), σ(z/T)) = ½·v(T)·(z − t)² + constant      (Hinton, Vinyals and Dean, 2015, section 2)
 * hard loss CE(y, σ(z))           = ½·v(1)·(z − t)² + (p − y)·(z − t) + constant
 *
 * Both are weighted least squares, so every temperature, share and penalty of the grid follows from the same sums.
 */

/** The sums that all candidates follow from, by temperature, each by block: targets of the soft, then of the hard loss. */
type ProbabilitySums = ReadonlyMap<number, LeadingSums>;

export class ProbabilityHead {
  readonly #rows: StudentRows;
  readonly #design: Design;
  readonly #sums: ProbabilitySums;

  constructor(rows: StudentRows, design: Design) {
    this.#rows = rows;
    this.#design = design;
    this.#sums = new Map(
      TEMPERATURES.map((temperature) => [
        temperature,
        new LeadingSums(blockSums(rows, design, softProblem(rows, temperature))),
      ]),
    );
  }

  /** By the mean log-loss of the folds' rows. */
  choose(what: string): StudentChoice {
    const { label } = this.#rows;
    return chooseCandidate({
      what,
      configs: PROBABILITY_GRID.map(candidateAsJson),
      standard: DEFAULT_PROBABILITY,
      rows: this.#rows,
      design: this.#design,
      weights: (training) => PROBABILITY_GRID.map((candidate) => this.weights(candidate, training)),
      figure: (outputs, candidate, tested) => -meanLogLoss(outputs, candidate, tested, label),
    });
  }

  /** Weights of a candidate that is fitted on the first blocks. */
  weights({ temperature, soft, ridge }: ProbabilityCandidate, training: number): Float64Array {
    const [own, plain] = [temperature, 1].map((of) => this.#sums.get(of)?.of(training));
    if (own === undefined || plain === undefined) throw new RangeError(`no sums of ${temperature}`);
    return combined(mixedSums(soft, own, 1 - soft, plain), soft, ridge);
  }

  /** The same with rows weighted by rewards, too. */
  rewarded(
    { temperature, soft, ridge }: ProbabilityCandidate,
    reward: Float32Array,
    training: number,
  ): Float64Array {
    const [own, plain] = [temperature, 1].map((of) => softProblem(this.#rows, of));
    if (own === undefined || plain === undefined) throw new RangeError(`no sums of ${temperature}`);
    const mixed = (one: Float32Array, other: Float32Array): Float32Array =>
      one.map((value, row) => (reward[row] ?? NaN) * (soft * value + (1 - soft) * (other[row] ?? NaN)));
    const problem = {
      weights: mixed(own.weights, plain.weights),
      values: own.values.map((values, target) => mixed(values, plain.values[target] ?? values)),
    };
    return combined(sumOfBlocks(blockSums(this.#rows, this.#design, problem), training), soft, ridge);
  }
}

/**
 * Weights that are learnt from labels alone, without a word of the teachers, from the rows that the first blocks
 * resolve.
 */
export function hardProbability(
  { label, segments }: Pick<StudentRows, 'label' | 'segments'>,
  design: Design,
  training: number,
): Float64Array {
  const weights = new Float32Array(label.length);
  for (const { from, until, resolved } of segments) if (resolved < training) weights.fill(1, from, until);
  const { values, width } = design;
  const squares = new Float64Array(width);
  let [rows, ones] = [0, 0];
  for (let row = 0; row < label.length; row += 1) {
    if (weights[row] === 0) continue;
    rows += 1;
    ones += label[row] ?? NaN;
    for (let column = 0; column < width; column += 1) {
      const value = values[row * width + column] ?? NaN;
      squares[column] = (squares[column] ?? NaN) + value * value;
    }
  }
  const rate = smoothedRate(ones, rows);
  // A column of zeros has no information: any penalty keeps its weight at zero.
  const ridge = Array.from(squares.subarray(0, width - 1), (square) =>
    Math.max(1, HARD_PROBABILITY_RIDGE * rate * (1 - rate) * square),
  );
  return Float64Array.from(fitLogistic(design, { labels: label, weights }, ridge));
}

/** @param sums With two targets: see {@link softProblem}. */
function combined({ gram, rights: [first, second] }: GramSums, soft: number, ridge: number): Float64Array {
  // The gradient of the hard loss at the teachers' logits.
  const right = first?.map((value, at) => value + (1 - soft) * (second?.[at] ?? NaN));
  const [weights] = solveProportional({ gram, rights: right === undefined ? [] : [right] }, ridge);
  if (weights === undefined) throw new RangeError('there is no target');
  return weights;
}

/** Targets: v·t, and y − p. */
function softProblem({ logit, label, logitWeight }: StudentRows, temperature: number): Problem {
  const weights = new Float32Array(logit.length);
  const soft = new Float32Array(logit.length);
  const gradient = new Float32Array(logit.length);
  for (let row = 0; row < logit.length; row += 1) {
    const own = logit[row] ?? NaN;
    const tempered = sigmoid(own / temperature);
    const weight = logitWeight[row] ?? NaN;
    weights[row] = weight * tempered * (1 - tempered);
    soft[row] = (weights[row] ?? NaN) * own;
    gradient[row] = weight * ((label[row] ?? NaN) - sigmoid(own));
  }
  return { weights, values: [soft, gradient] };
}

/** Mean of log(1 + e^z) − y·z. */
function meanLogLoss(
  { values, candidates, from }: CandidateOutputs,
  candidate: number,
  { places }: TestedTime,
  label: Float32Array,
): number {
  let sum = 0;
  for (const place of places) {
    const z = values[place * candidates + candidate] ?? NaN;
    sum += Math.max(z, 0) + log(1 + exp(-Math.abs(z))) - (label[from + place] ?? NaN) * z;
  }
  return sum / places.length;
}
