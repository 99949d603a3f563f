import { InvalidInputError } from '../../data/errors.js';
import type { RunConfig } from '../../data/schemas/run-input.js';

/** Number of workers that polled a queue in the last minutes, as seen by the server. */
export type Pollers = (queue: string) => Promise<number>;

/** A queue is deserted after this number of consecutive checks without pollers. */
const LOOKS_UNTIL_DESERTED = 2;

/**
 * The training queue of a run, chosen when it is planned: `auto` uses GPU workers if any polls then.
 *
 * @throws InvalidInput when GPUs are required and no GPU worker polls.
 */
export async function chooseTrainQueue(
  accelerator: RunConfig['accelerator'],
  pollers: Pollers,
): Promise<'train.cpu' | 'train.gpu'> {
  if (accelerator === 'cpu') return 'train.cpu';
  const gpuWorkers = await pollers('train.gpu');
  if (gpuWorkers > 0) return 'train.gpu';
  if (accelerator === 'auto') return 'train.cpu';
  throw new InvalidInputError([
    'accelerator: no GPU worker polls the queue train.gpu; start one with `gurukul worker --role train --accelerator gpu`, or use --accelerator auto',
  ]);
}

/**
 * The queue for a cohort whose first activity no GPU worker has started: GPU workers may be busy, or gone. If none
 * polled at this check and at the previous one, it is the CPU queue.
 *
 * @param looks Looks in a row, before this one, at which no GPU worker was seen.
 */
export async function nextTrainQueue(
  looks: number,
  pollers: Pollers,
): Promise<{ readonly trainQueue: 'train.cpu' | 'train.gpu'; readonly seen: boolean }> {
  const seen = (await pollers('train.gpu')) > 0;
  const deserted = !seen && looks + 1 >= LOOKS_UNTIL_DESERTED;
  return { trainQueue: deserted ? 'train.cpu' : 'train.gpu', seen };
}
