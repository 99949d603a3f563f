// @ts-check
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { tail } from '../shared/command.mjs';

/**
 * What became of the run on one Node.js.
 * @typedef {object} SmokeResult
 * @property {string} node Its version, `v22.23.3`.
 * @property {number} seconds
 * @property {string} [digest] Of the bundle; absent where the run failed.
 * @property {string} [problem]
 */

const SYMBOLS = ['INFY', 'TCS', 'RELIANCE', 'ITC', 'SBIN', 'HDFCBANK', 'MARUTI', 'TITAN', 'NTPC', 'WIPRO'];

/** Small, with every kind of step, and enough figures that one which depends on the engine shows. */
const RUN = [
  ...['run', '--embedded', '--json', '--accelerator', 'cpu', '--run-id', 'smoke'],
  ...['--symbols', SYMBOLS.join(','), '--from', '2022-01-01', '--to', '2023-12-31'],
];

/**
 * Runs the built product on a Node.js, in a home of its own: workers and trainers are on the same one.
 * @param {{ program: string, version: string }} node
 * @param {string} entry The product's command line.
 * @param {number} timeoutMs After which it is ended.
 * @returns {Promise<SmokeResult>}
 */
export async function runOnNode({ program, version }, entry, timeoutMs) {
  const home = mkdtempSync(path.join(tmpdir(), 'gurukul-smoke-'));
  const started = performance.now();
  try {
    const { stdout, stderr, code } = await runToEnd(program, [entry, ...RUN], home, timeoutMs);
    const seconds = Math.round((performance.now() - started) / 1000);
    const digest = digestIn(stdout);
    if (code === 0 && digest !== undefined) return { node: version, seconds, digest };
    const how = code === null ? 'it was ended' : `it ended with exit code ${code}`;
    return { node: version, seconds, problem: `${how}\n${tail(stderr)}` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * The bundle's digest in the last line of `run --json`.
 * @param {string} stdout
 * @returns {string | undefined}
 */
function digestIn(stdout) {
  try {
    const digest = JSON.parse(stdout.trim().split('\n').at(-1) ?? '').bundleDigest;
    return typeof digest === 'string' ? digest : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} home
 * @param {number} timeoutMs
 * @returns {Promise<{ stdout: string, stderr: string, code: number | null }>}
 */
function runToEnd(program, args, home, timeoutMs) {
  return new Promise((resolve, reject) => {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|TEMPORAL_(?!CLI_PATH))/.test(name),
    );
    const child = spawn(program, args, {
      cwd: home,
      env: { ...Object.fromEntries(kept), GURUKUL_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    // It ends its workers and its server when it is asked to.
    const timer = setTimeout(() => child.kill('SIGTERM'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, code });
    });
  });
}
