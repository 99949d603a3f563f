import { CLEAR } from './choices/choice.js';
import { FIRST_TRAINING, MAX_BLOCKS, MIN_BLOCK_SESSIONS } from './choices/folds.js';
import { PRIOR_WEIGHT } from './ranking/rank-basis.js';
import {
  SCALE_SLOPE_RIDGE,
  SOFT_LABEL_HALF_LIFE,
  STANDARD_CALIBRATION,
  STANDARD_SCALE,
  TANH_UNITS,
} from './settings.js';
import { DEFAULT_PROBABILITY, PROBABILITY_GRID } from './student/student-grid.js';
import { STUDENT_TANH_UNITS } from './student/student-units.js';
import { ADAPTATIONS } from './teachers/adaptations.js';
import {
  DEFAULT_CANDIDATE,
  LEAST_ROWS,
  RANK_GRID,
  TREE_BLEND,
  TREE_SHARES,
  configOf,
} from './ranking/rank-grid.js';
import { configAsJson } from './prior/configs.js';
import { MAX_BINS } from './trees/bins.js';
import { TREE_SETTINGS } from './trees/settings.js';
import { TREE_DEPTH } from './trees/trees.js';

/** A constant of the models that no run chooses. */
export interface StatedConstant {
  readonly name: string;
  readonly value: string;
  /** Where it comes from; none from forward rows of any run. */
  readonly source: string;
}

const STUDY = 'a study of daily bars of 2020 and 2021';

/** Constants that shape the models, for the model card, with the defaults of what is chosen. */
export const STATED_CONSTANTS: readonly StatedConstant[] = [
  {
    name: 'tanh units of the scale model',
    value: String(TANH_UNITS),
    source: `${STUDY}: other numbers of units are no better`,
  },
  {
    name: 'ridge of the slope from scale to logit',
    value: String(SCALE_SLOPE_RIDGE),
    source: 'the weakest that keeps the slope finite, whatever the labels',
  },
  {
    name: 'default of the scale model',
    value: settings(configAsJson(STANDARD_SCALE)),
    source: `${STUDY}: strong shrinkage; a short past has nothing to forget`,
  },
  {
    name: 'default of the calibration',
    value: settings(configAsJson(STANDARD_CALIBRATION)),
    source: `${STUDY}: what walk-forward choices had there, the stronger one of two shrinkages`,
  },
  {
    name: 'default of the rank head',
    value: settings(configOf(RANK_GRID[DEFAULT_CANDIDATE] ?? fail())),
    source:
      'a study of daily bars before 2022: strong penalties were better by two standard errors, no half-life or blend was; a score is relative to comparable symbols, so its target is neutral',
  },
  {
    name: 'prior weight of factor_sum',
    value: String(PRIOR_WEIGHT),
    source: 'rank correlations of simple factors in the literature are a few hundredths',
  },
  {
    name: 'rows below which ridges of the rank head do not shrink',
    value: String(LEAST_ROWS),
    source: 'about a hundred sessions of fifty symbols',
  },
  {
    name: 'trees',
    value: settings({ depth: TREE_DEPTH, bins: MAX_BINS, ...TREE_SETTINGS }),
    source:
      'Hastie, Tibshirani and Friedman (2009, 10.11), Friedman (2001, 2002); more rounds, and more at a lower rate, were no better on bars before 2022',
  },
  {
    name: 'horizons of the trees',
    value: `${TREE_BLEND} bars`,
    source: 'a study of daily bars before 2022, where longer ones made raw rank correlations worse',
  },
  {
    name: 'share of the trees in a score',
    value: TREE_SHARES.join(' or '),
    source:
      'an average of two standardised predictions (Bates and Granger, 1969), or none; on bars before 2022 more was no better',
  },
  {
    name: 'adaptations of a window',
    value: `shrinkage ${strengths('logistic')} (probability), ${strengths('squared')} (score)`,
    source: 'the size of departure that is likely beforehand, see teachers/adaptations.ts',
  },
  {
    name: 'tanh units of a student',
    value: `${STUDENT_TANH_UNITS} for each head`,
    source: 'about half a unit for each input; its other terms are those of the rank head',
  },
  {
    name: 'sessions after which a soft label counts half',
    value: String(SOFT_LABEL_HALF_LIFE),
    source:
      'a study of how closely students follow the scores of their teachers, without a look at what came: labels of models with a shorter past are the main reason why they do not',
  },
  {
    name: 'defaults of a student',
    value: settings({ ...PROBABILITY_GRID[DEFAULT_PROBABILITY], reward: 'none' }),
    source:
      'soft labels as they are: they have little noise, so a tenth of the data as penalty is plenty; labels alone take as much as the data (probability) and three times that (score), as the rank head does',
  },
  {
    name: 'walk-forward validation',
    value: `at most ${MAX_BLOCKS} blocks of at least ${MIN_BLOCK_SESSIONS} sessions, the first ${FIRST_TRAINING} only trained on`,
    source: 'purged folds (López de Prado, 2018, chapter 7); a shorter block is mostly purged',
  },
  {
    name: 'standard errors for "clearly better"',
    value: String(CLEAR),
    source: 'the customary level; the best figure of many is mostly noise',
  },
];

function strengths(head: keyof typeof ADAPTATIONS): string {
  const all = ADAPTATIONS[head].map(({ shrinkage }) => shrinkage).filter(Number.isFinite);
  return [...new Set(all)].join(', ');
}

/** `name value, name value`. */
export function settings(config: Readonly<Record<string, number | string>>): string {
  return Object.entries(config)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function fail(): never {
  throw new RangeError('the grid has no default');
}
