// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { packagesKey } from './packages.mjs';
import { temporalCliCandidates } from './temporal-cli/provide.mjs';
import { isLinked } from './tensorflow/provide.mjs';

/**
 * What the last set-up of this clone found, so that the next one sees at once that nothing has
 * changed. It is in node_modules: whoever deletes that wants everything again.
 *
 * @typedef {{ native: import('./tensorflow/provide.mjs').NativeTensorFlow } | { reason: string }} TensorFlowRecord
 *
 * @typedef {object} SetupRecord
 * @property {string} packages
 * @property {string} [cache]
 * @property {import('./temporal-cli/provide.mjs').TemporalCli} [temporalCli]
 * @property {TensorFlowRecord} [tensorflow]
 */

/** @param {string} root */
const recordFile = (root) => path.join(root, 'node_modules', '.gurukul-setup.json');

/**
 * @param {string} root
 * @returns {SetupRecord | undefined}
 */
export function readRecord(root) {
  try {
    return JSON.parse(readFileSync(recordFile(root), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {SetupRecord} record
 */
export function writeRecord(root, record) {
  const temporary = `${recordFile(root)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(temporary, recordFile(root));
}

/**
 * The lock of everything that changes this clone.
 * @param {string} root
 * @param {string} cache
 */
export function cloneLock(root, cache) {
  const name = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 16);
  return path.join(cache, 'locks', `clone-${name}.lock`);
}

/**
 * Whether packages, CLI and TensorFlow are as the last set-up left them.
 * @param {string} root
 * @param {string} cache
 * @returns {boolean}
 */
export function isReady(root, cache) {
  const record = readRecord(root);
  if (record?.temporalCli === undefined || record.tensorflow === undefined) return false;
  if (record.packages !== packagesKey(root) || record.cache !== cache) return false;
  const first = temporalCliCandidates(cache).find((candidate) => isFile(candidate.path));
  if (first?.path !== record.temporalCli.path) return false;
  return !('native' in record.tensorflow) || isLinked(root, record.tensorflow.native.folder);
}

/** @param {string} file */
function isFile(file) {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
