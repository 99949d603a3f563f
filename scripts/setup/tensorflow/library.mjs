// @ts-check
import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { TENSORFLOW } from '../../shared/pins.mjs';
import { SetupProblem } from '../../shared/problem.mjs';
import { longStep } from '../../shared/report.mjs';
import { unpackWheels } from './wheels.mjs';

const WANTED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/',
];

/**
 * @typedef {{ distribution: string, platforms: string[], sha256: string, megabytes: number }} TensorFlowWheel
 */

/**
 * The wheel that fits this machine.
 * @param {'cpu' | 'cuda'} flavour
 * @returns {TensorFlowWheel}
 */
export function wheelFor(flavour) {
  const machine = `${process.platform}-${process.arch}-${flavour}`;
  const entry = Object.entries(TENSORFLOW.wheels).find(([name]) => name === machine);
  if (entry === undefined) throw new SetupProblem(`no pinned TensorFlow library fits ${machine}`);
  return entry[1];
}

/**
 * Puts libtensorflow_cc and libtensorflow_framework, with the names the binding links to, into `lib`.
 * @param {{ python: string, wheel: TensorFlowWheel, temporary: string, lib: string }} request
 * @returns {Promise<string>} The folder of TensorFlow's C library and headers, in `temporary`.
 */
export async function fetchLibrary({ python, wheel, temporary, lib }) {
  const { version } = TENSORFLOW;
  const what = `fetching TensorFlow ${version}'s native library with pip, ${wheel.megabytes} MB`;
  const unpacked = await longStep(what, '10 s to a few minutes', () =>
    unpackWheels({
      ...{ python, temporary, wanted: WANTED, platforms: wheel.platforms },
      wheels: [{ ...wheel, version }],
    }),
  );
  placeLibrary(unpacked, lib);
  return path.join(unpacked, 'tensorflow', 'include');
}

/**
 * @param {string} unpacked
 * @param {string} lib
 */
function placeLibrary(unpacked, lib) {
  mkdirSync(lib, { recursive: true });
  for (const name of ['tensorflow_cc', 'tensorflow_framework']) {
    const real = `lib${name}.so.2`;
    if (!existsSync(path.join(unpacked, 'tensorflow', real)))
      throw new SetupProblem(`the wheel does not hold ${real}`);
    renameSync(path.join(unpacked, 'tensorflow', real), path.join(lib, real));
    symlinkSync(real, path.join(lib, `lib${name.replace('_cc', '')}.so`));
  }
}
