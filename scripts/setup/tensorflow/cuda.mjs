// @ts-check
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';

import { CUDA } from '../../shared/pins.mjs';
import { inTemporaryFolder, needSpace } from '../../shared/cache.mjs';
import { onPath } from '../../shared/command.mjs';
import { longStep } from '../../shared/report.mjs';
import { needPip, unpackWheels } from './wheels.mjs';

/** Whether the driver of an NVIDIA device is loaded. */
export function hasNvidiaDevice() {
  return existsSync('/proc/driver/nvidia/version') || onPath('nvidia-smi') !== undefined;
}

/**
 * Why TensorFlow runs but sees no device, by what it printed.
 * @param {string} printed
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ librariesMissing: boolean, reason: string }}
 */
export function whyNoDevice(printed, env = process.env) {
  if (printed.includes('Cannot dlopen some GPU libraries')) {
    const missing = [...printed.matchAll(/Could not load dynamic library '([^']+)'/g)].map(
      ([, name]) => name,
    );
    const which = missing.length === 0 ? '' : ` (${[...new Set(missing)].join(', ')})`;
    return { librariesMissing: true, reason: `libraries of CUDA ${CUDA.version} are missing${which}` };
  }
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined)
    return { librariesMissing: false, reason: `CUDA_VISIBLE_DEVICES is "${visible}", which names no device` };
  const refused = /failed call to cuInit: (.*)/.exec(printed)?.[1];
  const reason =
    refused === undefined
      ? "NVIDIA's driver does not answer: see nvidia-smi"
      : `NVIDIA's driver refuses: ${refused}`;
  return { librariesMissing: false, reason };
}

/**
 * Puts the libraries of CUDA that TensorFlow loads when it finds a device beside it, where it looks for them:
 * `nvidia/` is two folders above its own in an installed wheel, and so in ours. Of cuDNN only the library that
 * loads the others is needed: there are no convolutions here.
 * @param {string} cache
 * @param {string} folder TensorFlow's, with deps/lib.
 * @throws {SetupProblem}
 */
export async function addCudaLibraries(cache, folder) {
  const python = await needPip();
  needSpace(cache, CUDA.spaceMegabytes, "CUDA's libraries");
  await inTemporaryFolder(cache, (temporary) =>
    longStep(
      `fetching CUDA ${CUDA.version}'s libraries with pip, ${CUDA.megabytes} MB`,
      '1 minute to some minutes',
      async () => {
        const { platforms, wheels, wanted } = CUDA;
        const unpacked = await unpackWheels({ python, temporary, platforms, wheels, wanted });
        renameSync(path.join(unpacked, 'nvidia'), cudaFolder(folder));
      },
    ),
  );
}

/** @param {string} folder */
export const cudaFolder = (folder) => path.join(folder, 'nvidia');
