import { z } from 'zod';

import { InvalidInputError } from './errors.js';
import { plantFaults } from './fault-points.js';
import { faultSchema } from './schemas/faults.js';
import { parseInput } from './schemas/parse-input.js';

/** The environment variable that arms the faults of a worker and its trainers: a JSON list of faults. */
export const FAULTS_VARIABLE = 'GURUKUL_FAULTS';

/**
 * Arms the faults listed in the environment. A process with fault points calls it once, at its start.
 *
 * @returns The number of armed faults.
 * @throws InvalidInputError naming everything wrong with the list.
 */
export function armFaultsFromEnv(env: NodeJS.ProcessEnv = process.env): number {
  const text = env[FAULTS_VARIABLE];
  if (text === undefined || text === '') return 0;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new InvalidInputError([`${FAULTS_VARIABLE}: must be a JSON list of faults`]);
  }
  const faults = parseInput(z.array(faultSchema), list, (path) => `${FAULTS_VARIABLE}: ${path}`);
  armFaults(faults);
  return faults.length;
}

/** Arms these faults in this process and disarms all others. */
export function armFaults(faults: readonly z.input<typeof faultSchema>[]): void {
  plantFaults(faults.map((each) => faultSchema.parse(each)));
}
