import { singlesOf } from '../../../data/math/fill-columns.js';
import type { Model } from '../units/model-file.js';
import type { NamedArray } from '../units/named-arrays.js';
import type { AdaptedHead } from './adapt-head.js';
import { strengthOf } from './adaptations.js';
import { PROBABILITY_DIRECTIONS } from './probability-rows.js';
import { SCORE_DIRECTIONS } from './score-rows.js';
import type { TaughtWindow } from './teach-windows.js';
import type { WindowOutcome } from './window-outcome.js';

export const TEACHERS_FORMAT = 'gurukul-teachers-3';

/** The heads of a teacher, and the directions of each in the columns of its arrays. */
const HEADS = ['probability', 'score'] as const;
const DIRECTIONS = { probability: PROBABILITY_DIRECTIONS, score: SCORE_DIRECTIONS } as const;

/**
 * The trained windows of a shard in one file: arrays with a leading window dimension. Together with the prior's second
 * fit they are the teachers.
 */
export function teachersModel(outcomes: readonly WindowOutcome[]): Model {
  const taught = outcomes.flatMap((outcome) => (outcome.failure === undefined ? [outcome] : []));
  return {
    format: TEACHERS_FORMAT,
    arrays: HEADS.flatMap((head) =>
      headArrays(
        head,
        taught.map(({ teacher }) => teacher),
      ),
    ),
    metadata: {
      windows: taught.map(({ label }) => label),
      directions: DIRECTIONS,
      about:
        'One row per window. What a window adds to the output of its prior is the sum over the directions of ' +
        'coefficient · value. The value of shift is 1; those of the others are parts of the output of the prior, so ' +
        'that their coefficients are relative changes: scale and relative of the logit, linear, ' +
        'nonLinear and trees of the predicted rank (before the unit). The select coefficients made the predictions of ' +
        'the validation rows, on the select fit of the prior; the fit coefficients those of the forward rows. ' +
        'strengths are 1/shrinkage; where a strength is 0 the head equals its prior.',
    },
  };
}

function headArrays(head: (typeof HEADS)[number], taught: readonly TaughtWindow[]): NamedArray[] {
  const width = DIRECTIONS[head].length;
  const coefficients = (name: string, pick: (own: AdaptedHead) => Float32Array): NamedArray => {
    const data = new Float32Array(taught.length * width);
    taught.forEach((teacher, window) => data.set(pick(teacher[head]), window * width));
    return { name: `${head}/${name}`, shape: [taught.length, width], data };
  };
  return [
    coefficients('select', ({ early }) => early),
    coefficients('fit', (own) => own.coefficients),
    {
      name: `${head}/strengths`,
      shape: [taught.length],
      data: singlesOf(taught, (teacher) => strengthOf(teacher[head].adaptation)),
    },
  ];
}
