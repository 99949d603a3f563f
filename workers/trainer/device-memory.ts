import { availableParallelism } from 'node:os';

import type { Device } from '../tensor/devices.js';

/**
 * CUDA's context and cuBLAS take most of this before the first window. On an H100 a trainer ran with 620 MiB
 * free; with 560 cuBLAS did not start, and with 500 TensorFlow.js crashed without a message.
 */
const LEAST_FREE_MIB = 700;
/** Memory for which a device gets one more trainer; each sizes its batches by what it then finds free. */
const MIB_A_TRAINER = 2048;

/** Why a trainer cannot start on a device, for its operator; undefined where it can. */
export function lackOfMemory(device: Device | undefined): string | undefined {
  if (device === undefined || !(device.freeMib < LEAST_FREE_MIB)) return undefined;
  const { index, name, freeMib } = device;
  return `GPU ${index} (${name}) has ${freeMib} MiB of memory free, and a trainer needs ${LEAST_FREE_MIB}: nvidia-smi shows what uses the rest`;
}

/**
 * How many trainers share a device well: most of their time is not spent on it.
 *
 * @param most As for a CPU worker.
 */
export function trainersOn(device: Device | undefined, most: number, cores = availableParallelism()): number {
  const fitting = Math.floor((device?.freeMib ?? 0) / MIB_A_TRAINER);
  return Math.max(1, Math.min(most, cores, fitting));
}
