import { MIN_RANKED_SYMBOLS } from '../../stats/neutral.js';
import type { GramFactor, GramSums } from '../linear/gram.js';
import { solveFactor } from '../linear/gram.js';
import { factorProportional } from '../linear/proportional-ridge.js';
import type { Design } from '../rows/design.js';
import { LeadingSums, blockSums, sumOfBlocks } from './block-sums.js';
import type { CandidateOutputs, StudentChoice } from './head-candidates.js';
import { chooseCandidate } from './head-candidates.js';
import { rewardWeights } from './rewards.js';
import type { RewardKind, ScoreCandidate } from './student-grid.js';
import { DEFAULT_SCORE, HARD_SCORE, REWARD_KINDS, SCORE_GRID, candidateAsJson } from './student-grid.js';
import type { StudentRows } from './student-rows.js';
import type { TestedTime } from './tested-times.js';

/** Learns a score by least squares from the teachers' scores, from what came, or from a mix of both targets. */
export class ScoreHead {
  readonly #rows: StudentRows;
  readonly #design: Design;
  /** By kind of reward, each by block: targets of the teachers' score, then of what came. */
  readonly #sums: ReadonlyMap<RewardKind, LeadingSums>;
  /** By kind of reward, number of blocks and penalty: candidates that differ in their targets alone share it. */
  readonly #factors = new Map<string, GramFactor>();

  constructor(rows: StudentRows, design: Design) {
    this.#rows = rows;
    this.#design = design;
    this.#sums = new Map(REWARD_KINDS.map((kind) => [kind, new LeadingSums(sumsOf(rows, design, kind))]));
  }

  /** By the mean correlation, at a time, with the neutral rank of what came. */
  choose(what: string): StudentChoice {
    return chooseCandidate({
      ...this.#judge(),
      what,
      configs: SCORE_GRID.map(candidateAsJson),
      standard: DEFAULT_SCORE,
      weights: (training) => SCORE_GRID.map((candidate) => this.weights(candidate, training)),
    });
  }

  /** Whether rows are weighted by rewards: judged as the candidates are. */
  chooseReward(what: string, candidate: ScoreCandidate): StudentChoice {
    return chooseCandidate({
      ...this.#judge(),
      what,
      configs: REWARD_KINDS.map((reward) => ({ reward })),
      standard: 0,
      weights: (training) => REWARD_KINDS.map((kind) => this.weights(candidate, training, kind)),
    });
  }

  /** Weights of a candidate that is fitted on the first blocks. */
  weights({ soft, ridge }: ScoreCandidate, training: number, kind: RewardKind = 'none'): Float64Array {
    const sums = this.#sums.get(kind)?.of(training);
    if (sums === undefined) throw new RangeError(`no sums of ${kind}`);
    const key = `${kind} ${training} ${ridge}`;
    const factor = this.#factors.get(key) ?? factorProportional(sums.gram, ridge);
    this.#factors.set(key, factor);
    return solveFactor(factor, mixedTarget(sums, soft));
  }

  #judge(): Pick<Parameters<typeof chooseCandidate>[0], 'rows' | 'design' | 'figure'> {
    const { target } = this.#rows;
    return {
      rows: this.#rows,
      design: this.#design,
      figure: (outputs, candidate, tested) => correlation(outputs, candidate, tested, target),
    };
  }
}

/**
 * Weights that are learnt from what came alone, from rows that count alike, as far as the first blocks know it.
 */
export function hardScore(
  rows: Pick<StudentRows, 'target' | 'segments' | 'blocks'>,
  design: Design,
  training: number,
): Float64Array {
  const { target } = rows;
  const weights = target.map((value) => (Number.isNaN(value) ? 0 : 1));
  const values = [target.map((value) => (Number.isNaN(value) ? 0 : value))];
  const { gram, rights } = sumOfBlocks(blockSums(rows, design, { weights, values }), training);
  const factor = factorProportional(gram, SCORE_GRID[HARD_SCORE]?.ridge ?? NaN);
  return solveFactor(factor, mixedTarget({ gram, rights: [...rights, ...rights] }, 0));
}

/** Rows of which the teachers' score or the outcome is unknown have no weight. */
function sumsOf(rows: StudentRows, design: Design, kind: RewardKind): GramSums[] {
  const { score, target, scoreWeight } = rows;
  const rewards = rewardWeights(rows.reward, kind);
  const weights = scoreWeight.map((weight, row) =>
    Number.isNaN((score[row] ?? NaN) + (target[row] ?? NaN)) ? 0 : weight * (rewards[row] ?? NaN),
  );
  const times = (column: Float32Array): Float32Array =>
    column.map((value, row) => (weights[row] === 0 ? 0 : (weights[row] ?? NaN) * value));
  return blockSums(rows, design, { weights, values: [times(score), times(target)] });
}

/** Of the teachers' score and what came. */
function mixedTarget({ rights: [first, second] }: GramSums, soft: number): Float64Array {
  if (first === undefined) throw new RangeError('there is no target');
  return first.map((value, at) => soft * value + (1 - soft) * (second?.[at] ?? NaN));
}

/** Pearson's correlation over the rows with a known target; NaN with fewer than five, and where one side is constant. */
function correlation(
  { values, candidates, from }: CandidateOutputs,
  candidate: number,
  { places }: TestedTime,
  target: Float32Array,
): number {
  let count = 0;
  let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (const place of places) {
    const own = target[from + place] ?? NaN;
    if (Number.isNaN(own)) continue;
    const score = values[place * candidates + candidate] ?? NaN;
    count += 1;
    x += score;
    y += own;
    xx += score * score;
    xy += score * own;
    yy += own * own;
  }
  if (count < MIN_RANKED_SYMBOLS) return NaN;
  const spreads = (xx - (x * x) / count) * (yy - (y * y) / count);
  return spreads > CONSTANT * xx * yy ? (xy - (x * y) / count) / Math.sqrt(spreads) : NaN;
}

/** A spread below this share of the values' size is rounding error. */
const CONSTANT = 1e-12;
