import { z } from 'zod';

import type { PriorPhase } from '../choices/phase.js';
import type { Model } from '../units/model-file.js';
import { arrayNamed } from '../units/named-arrays.js';
import type { PROBABILITY_DIRECTIONS } from './probability-rows.js';
import type { SCORE_DIRECTIONS } from './score-rows.js';

/** Coefficients of a head's directions, by name. */
export type Departure<Direction extends string> = Readonly<Record<Direction, number>>;

/** A window's departures from its prior. */
export interface TeacherDepartures {
  readonly probability: Departure<(typeof PROBABILITY_DIRECTIONS)[number]>;
  readonly score: Departure<(typeof SCORE_DIRECTIONS)[number]>;
}

const metadataSchema = z.looseObject({ windows: z.array(z.string()) });

/**
 * Reads one window back from `teachersModel`.
 *
 * @param window Label of the window.
 * @throws ZodError, RangeError when this is no model of teachers, or one without the window.
 */
export function teacherDepartures(
  { arrays, metadata }: Model,
  window: string,
  phase: PriorPhase,
): TeacherDepartures {
  const place = metadataSchema.parse(metadata).windows.indexOf(window);
  if (place < 0) throw new RangeError(`there is no teacher of ${window}`);
  const at = (head: 'probability' | 'score', direction: number): number => {
    const { data, shape } = arrayNamed(arrays, `${head}/${phase}`);
    return data[place * (shape[1] ?? NaN) + direction] ?? NaN;
  };
  return {
    probability: { shift: at('probability', 0), scale: at('probability', 1), relative: at('probability', 2) },
    score: {
      shift: at('score', 0),
      linear: at('score', 1),
      nonLinear: at('score', 2),
      trees: at('score', 3),
    },
  };
}
