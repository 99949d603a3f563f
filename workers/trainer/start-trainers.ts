import { availableParallelism } from 'node:os';

import { GurukulError } from '../../data/errors.js';
import type { Accelerator } from '../roles.js';
import type { SupervisedTrainer, TrainerOptions } from './supervisor.js';
import { createTrainer } from './supervisor.js';

/** What a train worker is to train on. */
export interface TrainersOptions extends Omit<TrainerOptions, 'device' | 'accelerator'> {
  readonly accelerator: Accelerator;
  /** GPU devices as in CUDA_VISIBLE_DEVICES; none: the first that TensorFlow finds. */
  readonly devices: readonly string[];
  /** Trainers of a CPU worker. @default the cores of this machine, at most {@link MOST_CPU_TRAINERS} */
  readonly cpuTrainers?: number | undefined;
}

/** Each trainer holds the features of the whole universe, so that memory ends before the cores of a large machine do. */
const MOST_CPU_TRAINERS = 4;

/**
 * Starts the trainers of a worker: one a device, or several on the CPU.
 *
 * @param create Makes one trainer.
 * @throws GurukulError InvalidInput when TensorFlow does not see a device; no process is left behind then.
 */
export async function startTrainers(
  { devices, cpuTrainers, ...options }: TrainersOptions,
  create: (options: TrainerOptions) => SupervisedTrainer = createTrainer,
): Promise<SupervisedTrainer[]> {
  const { accelerator, log } = options;
  const onCpu = cpuTrainers ?? Math.min(MOST_CPU_TRAINERS, availableParallelism());
  const wanted =
    accelerator === 'cpu'
      ? Array.from({ length: onCpu }, () => undefined)
      : devices.length > 0
        ? devices
        : [undefined];
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
