import { GurukulError } from '../../../data/errors.js';
import type { StudentVariant } from '../../../data/predictions/student-variants.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { ChoiceConfig } from '../choices/choice.js';
import { NOT_JUDGED, chooseByDay } from '../ranking/choose-by-day.js';
import { rankFigures } from '../prior/choice-figures.js';
import type { StudentChoice } from './head-candidates.js';
import { ProbabilityHead, hardProbability } from './probability-head.js';
import { rewardWeights } from './rewards.js';
import { ScoreHead, hardScore } from './score-head.js';
import type { StudentScalers } from './student-design.js';
import { studentDesigns, studentScalers } from './student-design.js';
import type { RewardKind } from './student-grid.js';
import {
  DEFAULT_PROBABILITY,
  DEFAULT_SCORE,
  PROBABILITY_CHOICE,
  PROBABILITY_GRID,
  REWARD_CHOICE,
  REWARD_KINDS,
  SCORE_CHOICE,
  SCORE_GRID,
  candidateAsJson,
} from './student-grid.js';
import type { StudentRows } from './student-rows.js';
import type { StudentUnits } from './student-units.js';

/** Weights of both sums; the last of each is the constant. */
export interface StudentWeights {
  readonly probability: Float32Array;
  readonly score: Float32Array;
}

export interface FittedStudents {
  readonly scalers: StudentScalers;
  readonly units: StudentUnits;
  /** Learnt from what is known at the cohort's end. */
  readonly variants: Readonly<Record<StudentVariant, StudentWeights>>;
  /** The candidate as of the start of the validation part. */
  readonly select: StudentWeights;
  /** Which variant is the cohort's student. */
  readonly candidate: Exclude<StudentVariant, 'hard'>;
  readonly choices: readonly StudentChoice[];
}

/**
 * Distils a cohort's students in closed form: all follow from sums over the same rows, each setting chosen by the folds
 * of the cohort's own past.
 *
 * @param hard Whether there are no soft labels: then all variants learn from labels alone.
 * @param compared Whether variants that are not the candidate are wanted; else they are it.
 * @throws GurukulError Diverged when a weight is not finite.
 */
export function fitStudents(
  table: FeatureTable,
  rows: StudentRows,
  units: StudentUnits,
  hard: boolean,
  compared: boolean,
): FittedStudents {
  const scalers = studentScalers(table, rows);
  const designs = studentDesigns(table, rows, scalers, units);
  const { blocks } = rows;
  const hardWeights = (training: number): StudentWeights =>
    weightsOf(hardProbability(rows, designs.probability, training), hardScore(rows, designs.score, training));
  if (hard) {
    const own = hardWeights(blocks);
    return {
      ...{ scalers, units },
      variants: { plain: own, reward: own, hard: own },
      select: hardWeights(blocks - 1),
      candidate: 'plain',
      choices: withoutFolds(),
    };
  }
  const probability = new ProbabilityHead(rows, designs.probability);
  const score = new ScoreHead(rows, designs.score);
  const ofProbability = probability.choose(PROBABILITY_CHOICE);
  const ofScore = score.choose(SCORE_CHOICE);
  const probabilityCandidate = candidateOf(PROBABILITY_GRID, ofProbability);
  const scoreCandidate = candidateOf(SCORE_GRID, ofScore);
  const ofReward = score.chooseReward(REWARD_CHOICE, scoreCandidate);
  const kind = bestReward(ofReward);
  const plain = (training: number): StudentWeights =>
    weightsOf(probability.weights(probabilityCandidate, training), score.weights(scoreCandidate, training));
  const rewarded = (training: number): StudentWeights =>
    weightsOf(
      probability.rewarded(probabilityCandidate, rewardWeights(rows.reward, kind), training),
      score.weights(scoreCandidate, training, kind),
    );
  const candidate = ofReward.choice.chosen === 0 ? 'plain' : 'reward';
  const own = candidate === 'plain' ? plain : rewarded;
  const fitted = own(blocks);
  const variants = compared
    ? {
        plain: candidate === 'plain' ? fitted : plain(blocks),
        reward: candidate === 'reward' ? fitted : rewarded(blocks),
        hard: hardWeights(blocks),
      }
    : { plain: fitted, reward: fitted, hard: fitted };
  return {
    ...{ scalers, units },
    variants,
    select: own(blocks - 1),
    candidate,
    choices: [ofProbability, ofScore, ofReward],
  };
}

function candidateOf<Candidate>(grid: readonly Candidate[], { choice }: StudentChoice): Candidate {
  const candidate = grid[choice.chosen];
  if (candidate === undefined) throw new RangeError(`the grid has no candidate ${choice.chosen}`);
  return candidate;
}

/** The kind that the rewarded student uses: the chosen one, or else the better of the two. */
function bestReward({ choice: { chosen, grid } }: StudentChoice): RewardKind {
  const [, linear, exponential] = grid;
  const better = (exponential?.figure ?? -Infinity) > (linear?.figure ?? -Infinity) ? 2 : 1;
  return REWARD_KINDS[chosen === 0 ? better : chosen] ?? 'linear';
}

/** The declared defaults. */
function withoutFolds(): StudentChoice[] {
  const grids: readonly (readonly [string, readonly ChoiceConfig[], number])[] = [
    [PROBABILITY_CHOICE, PROBABILITY_GRID.map(candidateAsJson), DEFAULT_PROBABILITY],
    [SCORE_CHOICE, SCORE_GRID.map(candidateAsJson), DEFAULT_SCORE],
    [REWARD_CHOICE, REWARD_KINDS.map((reward) => ({ reward })), 0],
  ];
  return grids.map(([what, configs, standard]) => {
    const choice = chooseByDay(what, configs, standard, NOT_JUDGED);
    return { choice, figures: rankFigures(choice, NOT_JUDGED) };
  });
}

function weightsOf(probability: Float64Array, score: Float64Array): StudentWeights {
  if (![...probability, ...score].every(Number.isFinite))
    throw new GurukulError('Diverged', 'the student diverged: its weights are not finite');
  return { probability: Float32Array.from(probability), score: Float32Array.from(score) };
}
