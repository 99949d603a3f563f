import { InvalidInputError } from '../../data/errors.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/**
 * The training queue of a run, chosen once: `auto` uses GPU workers if any polls now.
 *
 * @throws InvalidInput when GPUs are required and no GPU worker polls.
 */
export async function chooseTrainQueue(
  accelerator: RunConfig['accelerator'],
  pollers: (queue: string) => Promise<number>,
): Promise<'train.cpu' | 'train.gpu'> {
  if (accelerator === 'cpu') return 'train.cpu';
  const gpuWorkers = await pollers('train.gpu');
  if (gpuWorkers > 0) return 'train.gpu';
  if (accelerator === 'auto') return 'train.cpu';
  throw new InvalidInputError([
    'accelerator: no GPU worker polls the queue train.gpu; start one with `gurukul worker --role train --accelerator gpu`, or use --accelerator auto',
  ]);
}
