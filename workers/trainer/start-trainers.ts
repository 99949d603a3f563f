import { availableParallelism } from 'node:os';

import { GurukulError } from '../../data/errors.js';
import type { WorkerAccelerator } from '../../data/schemas/worker-roles.js';
import { MOST_TRAINERS } from '../../data/schemas/worker-roles.js';
import type { Device } from '../tensor/devices.js';
import { deviceOf, listDevices, onlyDevice } from '../tensor/devices.js';
import { lackOfMemory, trainersOn } from './device-memory.js';
import type { TrainerFigures } from './protocol.js';
import type { SupervisedTrainer, TrainerOptions } from './supervisor.js';
import { createTrainer } from './supervisor.js';

/** What a train worker is to train on. */
export interface TrainersOptions extends Omit<TrainerOptions, 'device' | 'accelerator' | 'onFigures'> {
  readonly accelerator: WorkerAccelerator;
  /**
   * GPU devices as in CUDA_VISIBLE_DEVICES, one trainer each time that one is named; none: several on the
   * first that this process may see.
   */
  readonly devices: readonly string[];
  /** Trainers of a CPU worker. @default the cores of this machine, at most {@link MOST_TRAINERS} */
  readonly cpuTrainers?: number | undefined;
  /** Told what the trainers say of themselves, each with its place in the list and its device; undefined: it is gone. */
  readonly onFigures?: (trainer: TrainerName, figures: TrainerFigures | undefined) => void;
}

/** Which trainer of a worker. */
export interface TrainerName {
  /** From 0. */
  readonly index: number;
  /** A GPU as in CUDA_VISIBLE_DEVICES, or `cpu`. */
  readonly device: string;
}

/**
 * Starts the trainers of a worker: those of its devices, or several on the CPU.
 *
 * @param create Makes one trainer.
 * @throws GurukulError InvalidInput when TensorFlow does not see a device, or too little of its memory is free; no
 * process is left behind then.
 */
export async function startTrainers(
  { devices, cpuTrainers, onFigures, ...options }: TrainersOptions,
  create: (options: TrainerOptions) => SupervisedTrainer = createTrainer,
  list: () => Promise<readonly Device[]> = listDevices,
): Promise<SupervisedTrainer[]> {
  const { accelerator, log } = options;
  const onCpu = cpuTrainers ?? Math.min(MOST_TRAINERS, availableParallelism());
  const wanted: readonly (string | undefined)[] =
    accelerator === 'cpu' ? new Array<undefined>(onCpu).fill(undefined) : onGpu(devices, await list());
  const trainers = wanted.map((device, index) =>
    create({
      ...options,
      ...(device === undefined ? {} : { device }),
      ...(onFigures === undefined
        ? {}
        : {
            onFigures: (figures) =>
              onFigures({ index, device: device ?? (accelerator === 'cpu' ? 'cpu' : '0') }, figures),
          }),
    }),
  );
  try {
    const backends = await Promise.all(trainers.map((trainer) => trainer.backend()));
    for (const [index, backend] of backends.entries()) {
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

/** The device of each trainer; absent: the first that is visible. @throws GurukulError InvalidInput */
function onGpu(named: readonly string[], found: readonly Device[]): readonly (string | undefined)[] {
  const first = deviceOf(found, onlyDevice(undefined));
  const own = named.length === 0 ? [first] : named.map((name) => deviceOf(found, name));
  for (const device of own) {
    const lack = lackOfMemory(device);
    if (lack !== undefined) throw new GurukulError('InvalidInput', lack);
  }
  if (named.length > 0) return named;
  return new Array<undefined>(trainersOn(first, MOST_TRAINERS)).fill(undefined);
}

function noGpu(device: string | undefined): GurukulError {
  return new GurukulError(
    'InvalidInput',
    `TensorFlow sees no GPU${device === undefined ? '' : ` ${device}`} here: gurukul doctor says why; npm run setup installs the CUDA libraries that may be missing; or start with --accelerator cpu`,
  );
}
