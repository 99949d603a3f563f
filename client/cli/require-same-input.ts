import { InvalidInputError } from '../../data/errors.js';
import { inputDifferences } from '../../data/schemas/input-differences.js';
import type { OpenConfig } from '../../data/schemas/run-input.js';
import { flagName } from './run-flags.js';

/**
 * A run id stands for one input.
 *
 * @param there The input that the id has already.
 * @throws InvalidInputError naming every flag that differs.
 */
export function requireSameInput(there: OpenConfig, here: OpenConfig): void {
  const differences = inputDifferences(there, here, flagName);
  if (differences.length === 0) return;
  throw new InvalidInputError([
    `--run-id: ${here.runId} is there already, with other input (${differences.join('; ')}); choose another id`,
  ]);
}
