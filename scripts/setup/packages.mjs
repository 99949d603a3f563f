// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { run, tail } from '../shared/command.mjs';
import { npmCommand } from '../shared/npm.mjs';
import { SetupProblem } from '../shared/problem.mjs';
import { longStep } from '../shared/report.mjs';

/**
 * What node_modules is made from. The major version of Node.js counts, since packages may choose their
 * native parts by it.
 * @param {string} root
 * @returns {string}
 */
export function packagesKey(root) {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} node${process.versions.node.split('.')[0]}`;
}

/**
 * Installs the packages of package-lock.json.
 * @param {string} root
 */
export async function installPackages(root) {
  const { file, args } = npmCommand('ci', '--no-audit', '--no-fund');
  await longStep('installing the npm packages', '10 to 60 s', async () => {
    const outcome = await run(file, args, {
      cwd: root,
      timeoutMs: 15 * 60_000,
    });
    if (!outcome.ok)
      throw new SetupProblem(
        `npm ci failed:\n${tail(outcome.output, 15)}\n` +
          `It needs the npm registry, or the mirror in your npm settings. Try again when that answers.`,
      );
  });
}
