// @ts-check
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { TENSORFLOW } from '../pins.mjs';
import { onPath, run, tail } from './command.mjs';
import { SetupProblem } from './problem.mjs';
import { longStep } from './report.mjs';

/**
 * TensorFlow's C library and headers, out of the Python wheel. The wheel is never installed: pip only
 * fetches it, for a Python version that the host need not have, and a few files are taken out.
 */

const WANTED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/',
];

const UNPACK = `
import sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [n for n in archive.namelist() if n.startswith(tuple(wanted))])
`;

/** Whether the driver of an NVIDIA device is loaded. */
export function hasNvidiaDevice() {
  return existsSync('/proc/driver/nvidia/version') || onPath('nvidia-smi') !== undefined;
}

/**
 * A Python with pip.
 * @returns {Promise<string>}
 */
export async function needPip() {
  for (const name of ['python3', 'python']) {
    const python = onPath(name);
    if (python !== undefined && (await run(python, ['-m', 'pip', '--version'])).ok) return python;
  }
  throw new SetupProblem(
    onPath('python3') === undefined
      ? 'fetching the library needs Python 3 with pip (on Debian or Ubuntu: apt install python3-pip)'
      : 'python3 has no pip (on Debian or Ubuntu: apt install python3-pip)',
  );
}

/**
 * @typedef {{ distribution: string, platforms: string[], sha256: string, megabytes: number }} Wheel
 */

/**
 * The wheel that fits this machine.
 * @param {'cpu' | 'cuda'} flavour
 * @returns {Wheel}
 */
export function wheelFor(flavour) {
  const machine = `${process.platform}-${process.arch}-${flavour}`;
  const entry = Object.entries(TENSORFLOW.wheels).find(([name]) => name === machine);
  if (entry === undefined) throw new SetupProblem(`no pinned TensorFlow library fits ${machine}`);
  return entry[1];
}

/**
 * Puts libtensorflow_cc and libtensorflow_framework, with the names the binding links to, into `lib`.
 * @param {{ python: string, wheel: Wheel, temporary: string, lib: string }} request
 * @returns {Promise<string>} The folder of the headers, in `temporary`.
 */
export async function fetchLibrary({ python, wheel, temporary, lib }) {
  const requirements = path.join(temporary, 'requirements.txt');
  writeFileSync(requirements, `${wheel.distribution}==${TENSORFLOW.version} --hash=sha256:${wheel.sha256}\n`);
  const unpacked = path.join(temporary, 'wheel');
  const what = `fetching TensorFlow ${TENSORFLOW.version}'s native library with pip, ${wheel.megabytes} MB`;
  await longStep(what, '10 s to a few minutes', async () => {
    const fetched = await run(
      python,
      [
        ...['-m', 'pip', 'download', '--quiet', '--no-input', '--no-cache-dir'],
        ...['--no-deps', '--require-hashes', '--only-binary=:all:'],
        ...['--implementation', 'cp', '--python-version', TENSORFLOW.pythonVersion],
        ...['--abi', `cp${TENSORFLOW.pythonVersion.replace('.', '')}`],
        ...wheel.platforms.flatMap((platform) => ['--platform', platform]),
        ...['--dest', temporary, '--requirement', requirements],
      ],
      { cwd: temporary, timeoutMs: 30 * 60_000 },
    );
    if (!fetched.ok) throw new SetupProblem(`pip could not fetch it: ${tail(fetched.output, 3)}`);
    const name = readdirSync(temporary).find((file) => file.endsWith('.whl'));
    if (name === undefined) throw new SetupProblem('pip fetched no wheel');
    const opened = await run(python, ['-c', UNPACK, path.join(temporary, name), unpacked, ...WANTED], {
      timeoutMs: 10 * 60_000,
    });
    if (!opened.ok) throw new SetupProblem(`the wheel cannot be unpacked: ${tail(opened.output, 3)}`);
  });
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
