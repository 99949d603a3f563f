// @ts-check
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { TENSORFLOW } from '../../shared/pins.mjs';
import { onPath, run, tail } from '../../shared/command.mjs';
import { SetupProblem } from '../../shared/problem.mjs';

/**
 * Native libraries out of Python wheels. No wheel is ever installed: pip only fetches it, for a Python version
 * that the host need not have, and a few files are taken out.
 *
 * @typedef {object} Wheel
 * @property {string} distribution
 * @property {string} version
 * @property {string} sha256
 */

const UNPACK = `
import sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [n for n in archive.namelist() if n.startswith(tuple(wanted))])
`;

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
 * Fetches wheels, each held against its digest, and takes the files out whose path begins with one of `wanted`.
 * @param {{ python: string, wheels: readonly Wheel[], platforms: readonly string[], temporary: string,
 *   wanted: readonly string[] }} request
 * @returns {Promise<string>} The folder with these files, in `temporary`.
 */
export async function unpackWheels({ python, wheels, platforms, temporary, wanted }) {
  const requirements = path.join(temporary, 'requirements.txt');
  const lines = wheels.map(
    ({ distribution, version, sha256 }) => `${distribution}==${version} --hash=sha256:${sha256}\n`,
  );
  writeFileSync(requirements, lines.join(''));
  const fetched = await run(
    python,
    [
      ...['-m', 'pip', 'download', '--quiet', '--no-input', '--no-cache-dir'],
      ...['--no-deps', '--require-hashes', '--only-binary=:all:'],
      ...['--implementation', 'cp', '--python-version', TENSORFLOW.pythonVersion],
      ...['--abi', `cp${TENSORFLOW.pythonVersion.replace('.', '')}`],
      ...platforms.flatMap((platform) => ['--platform', platform]),
      ...['--dest', temporary, '--requirement', requirements],
    ],
    { cwd: temporary, timeoutMs: 30 * 60_000 },
  );
  if (!fetched.ok) throw new SetupProblem(`pip could not fetch it: ${tail(fetched.output, 3)}`);
  const names = readdirSync(temporary).filter((file) => file.endsWith('.whl'));
  if (names.length < wheels.length)
    throw new SetupProblem(`pip fetched ${names.length} of ${wheels.length} wheels`);
  const unpacked = path.join(temporary, 'wheel');
  for (const name of names) {
    const opened = await run(python, ['-c', UNPACK, path.join(temporary, name), unpacked, ...wanted], {
      timeoutMs: 10 * 60_000,
    });
    if (!opened.ok) throw new SetupProblem(`the wheel cannot be unpacked: ${tail(opened.output, 3)}`);
  }
  return unpacked;
}
