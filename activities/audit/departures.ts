import { z } from 'zod';

import type { TeacherLine } from '../../data/schemas/bundle.js';

/** How many teachers depart from their prior, by head. */
export interface Departures {
  readonly teachers: number;
  readonly probability: number;
  readonly score: number;
  /** Teachers of which neither head departs. */
  readonly neither: number;
}

const headSchema = z.object({ strength: z.number() });
const adaptedSchema = z.object({ adaptation: z.object({ probability: headSchema, score: headSchema }) });

/** Counts the lines that state an adaptation; undefined where none does, as in earlier versions. */
export function countDepartures(lines: readonly TeacherLine[]): Departures | undefined {
  let [teachers, probability, score, neither] = [0, 0, 0, 0];
  for (const line of lines) {
    const { success, data } = adaptedSchema.safeParse(line);
    if (!success) continue;
    const [first, second] = [data.adaptation.probability.strength > 0, data.adaptation.score.strength > 0];
    teachers += 1;
    if (first) probability += 1;
    if (second) score += 1;
    if (!first && !second) neither += 1;
  }
  return teachers === 0 ? undefined : { teachers, probability, score, neither };
}
