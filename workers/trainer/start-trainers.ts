import { GurukulError } from '../../data/errors.js';
import type { Accelerator } from '../roles.js';
import type { SupervisedTrainer, TrainerOptions } from './supervisor.js';
import { createTrainer } from './supervisor.js';

/** What a train worker is to train on. */
export interface TrainersOptions extends Omit<TrainerOptions, 'device' | 'accelerator'> {
  readonly accelerator: Accelerator;
  /** GPU devices as in CUDA_VISIBLE_DEVICES; none: the first that TensorFlow finds. */
  readonly devices: readonly string[];
}

/**
 * Starts the trainers of a worker: one a device, or one on the CPU.
 *
 * @param create Makes one trainer.
 * @throws GurukulError InvalidInput when TensorFlow does not see a device; no process is left behind then.
 */
export async function startTrainers(
  { devices, ...options }: TrainersOptions,
  create: (options: TrainerOptions) => SupervisedTrainer = createTrainer,
): Promise<SupervisedTrainer[]> {
  const { accelerator, log } = options;
  const wanted = accelerator === 'gpu' && devices.length > 0 ? devices : [undefined];
  const trainers = wanted.map((device) =>
    create({ ...options, ...(device === undefined ? {} : { device }) }),
  );
  try {
    for (const [index, trainer] of trainers.entries()) {
      const backend = await trainer.backend();
      const device = wanted[index];
      log.info({ backend, device }, 'trainer ready');
      if (accelerator === 'gpu' && backend.device !== 'gpu') throw noGpu(device);
    }
    return trainers;
  } catch (error) {
    await Promise.all(trainers.map((trainer) => trainer.close()));
    throw error;
  }
}

function noGpu(device: string | undefined): GurukulError {
  return new GurukulError(
    'InvalidInput',
    `TensorFlow sees no GPU${device === undefined ? '' : ` ${device}`} here: npm run check:gpu lists the devices; install the NVIDIA driver and run npm run setup again, or start with --accelerator cpu`,
  );
}
