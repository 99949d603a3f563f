import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { InvalidInputError, errorMessage } from '../../../data/errors.js';
import type { UnitCosts } from './unit-costs.js';
import { unitCosts } from './unit-costs.js';

const amounts = z.record(z.string(), z.number().nullable());
const costsSchema = z.object({
  costs: z
    .array(
      z.object({
        windows: z.number(),
        cohorts: z.number(),
        seconds: amounts,
        cpu: amounts,
        bytes: z.record(z.string(), z.number()),
        peakRssMb: z.number(),
      }),
    )
    .min(2, 'needs the costs of two runs: of 700 and of 10,010 windows'),
});

/**
 * Reads unit costs from what `npm run bench:run -- --json` printed: its last line. The smallest and the largest run of
 * as many cohorts are taken.
 *
 * @throws InvalidInputError for a file that cannot be read, or that has no such line.
 */
export async function readUnitCosts(file: string): Promise<UnitCosts> {
  try {
    const line = (await readFile(file, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
    const { costs } = costsSchema.parse(JSON.parse(line));
    const ascending = [...costs].sort((a, b) => a.windows - b.windows);
    const [small, large] = [ascending[0], ascending.at(-1)];
    if (small === undefined || large === undefined) throw new RangeError('there are no costs');
    return unitCosts(small, large);
  } catch (error) {
    throw new InvalidInputError([
      `--unit-costs: ${file} does not end with what \`npm run bench:run -- --json\` prints: ${errorMessage(error)}`,
    ]);
  }
}
