// @ts-check
import path from 'node:path';

import { run, tail } from '../../shared/command.mjs';
import { programRoot } from '../../shared/root.mjs';

// By its place in the package: in the bundle of the command line nothing lies beside this.
const PROGRAM = path.join(programRoot, 'scripts', 'setup', 'tensorflow', 'probe-child.mjs');

/**
 * @typedef {{ ok: true, libraryVersion: string, gpu: boolean, printed: string } | { ok: false, problem: string }} Verdict
 *   `printed`: by TensorFlow, with the libraries that it could not load.
 */

/**
 * Whether the package's native library works: a child process multiplies two matrices with it, so that a
 * crash is a result and does not end this process.
 * @param {string} root
 * @returns {Promise<Verdict>}
 */
export async function checkTensorFlow(root) {
  const outcome = await run(process.execPath, [PROGRAM, root], {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'dso_loader=1' },
    timeoutMs: 120_000,
  });
  const answer = /^gurukul-tensorflow (.*)$/m.exec(outcome.output)?.[1];
  if (!outcome.ok || answer === undefined) return { ok: false, problem: mainLine(outcome.output) };
  return { ok: true, ...JSON.parse(answer), printed: outcome.output };
}

/** @param {string} output */
function mainLine(output) {
  const error = output.split('\n').find((line) => /^\w*Error\b/.test(line.trim()));
  return error?.trim() ?? (tail(output, 2) || 'it ended without a message');
}
