import type { BackendInfo } from '../tensor/backend.js';
import { deviceOf, listDevices, onlyDevice } from '../tensor/devices.js';

/** The rest is for features, other trainers and processes, and errors of the estimate. */
const SHARE = 0.15;
const MIB = 1024 * 1024;

/**
 * The memory that a batch of windows may take: a share of what the device has free, or of what the machine has
 * free at the time of the call, limits of its container included. A GPU is asked once, at the start, before
 * TensorFlow has taken its part.
 *
 * @returns A function that returns the bytes.
 */
export async function batchMemory({ device }: BackendInfo): Promise<() => number> {
  if (device === 'cpu') return () => SHARE * process.availableMemory();
  const own = deviceOf(await listDevices(), onlyDevice(undefined));
  const bytes = own === undefined ? Infinity : SHARE * own.freeMib * MIB;
  return () => bytes;
}
