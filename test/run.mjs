// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Runs the tests, tier by tier: `npm test`, `npm test -- pure workflow`, `npm test -- pure --grep purge`.
 * The last line is the sum: `N passed, N failed`, and `, N skipped` where any was. Tiers of `npm test`, which
 * takes less than 15 minutes:
 *
 *   check     format, lint, unused code, direction of imports
 *   pure      no server and no worker
 *   workflow  a Temporal server
 *   docs      the pages, whose commands are run
 *   chaos     processes killed
 *   browser   Chromium on the Web UI
 *
 * `npm run test:full` adds what takes longer:
 *
 *   alerts    each alert fired by a planted fault on a real Prometheus, and silent again
 *   long      tests that wait for minutes, as for a library that gives up after one
 *   programs  a chaos campaign of 40 random kills, 2,100 attacks, and a run on Node.js 20, 22 and 24 with equal digests, for
 *             which npm fetches the versions that are missing
 *
 * Benchmarks are in neither: how long something takes says nothing on a machine that runs tests beside it.
 */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const compiled = path.join(root, 'dist', 'test');

/**
 * `files`: the longest first, each with the seconds of its tests and hooks.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, files?: { file: string, seconds: number }[] }} Tally
 */

/**
 * Folders of the tiers that are not pure, the longest that each may take, in minutes, and how many of its
 * files run at once, each with servers, homes and ports of its own: three on two cores, since they wait for servers,
 * timers and programs as long as they compute.
 */
const FOLDERS = /** @type {const} */ ({
  workflow: { folder: 'workflows', minutes: 30, jobs: 3 },
  docs: { folder: 'docs', minutes: 20, jobs: 3 },
  chaos: { folder: 'chaos', minutes: 30, jobs: 3 },
  browser: { folder: 'browser', minutes: 15, jobs: 1 },
  alerts: { folder: 'alerts', minutes: 15, jobs: 1 },
  long: { folder: 'long', minutes: 30, jobs: 2 },
});
/** Each is a test of the tier `programs`: a script of package.json, its arguments, and the longest it may take. */
const PROGRAMS = [
  { script: 'chaos', args: ['--kills', '40'], minutes: 30 },
  { script: 'attack', args: ['--seed', '1'], minutes: 30 },
  { script: 'smoke:node', args: [], minutes: 30 },
];
/** Tiers of `npm run test:full` alone. */
const FULL_ONLY = ['alerts', 'long', 'programs'];
const PURE = /** @type {const} */ ({ minutes: 20, jobs: 2 });
/** Begun first, so that none of them is alone at the end. */
const LONGEST = ['fuzz/fuzz-bars', 'chaos/planted-faults', 'workflows/incremental-run', 'workflows/pipeline'];
/** Side by side; what stands in one list comes one after another. The linter takes as long as all others. */
const CHECKS = [['check:lint'], ['check:format', 'check:unused', 'check:imports']];
const TIERS = ['check', 'pure', ...Object.keys(FOLDERS), 'programs'];
const FULL = '--full';

/** @param {string[]} args */
async function main(args) {
  const asked = args.filter((arg) => TIERS.includes(arg));
  const passedOn = args.filter((arg) => !TIERS.includes(arg) && arg !== FULL);
  const usual = args.includes(FULL) ? TIERS : TIERS.filter((tier) => !FULL_ONLY.includes(tier));
  const scratch = mkdtempSync(path.join(tmpdir(), 'gurukul-test-'));
  /** @type {Tally} */
  const sum = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const times = [];
  try {
    for (const tier of asked.length > 0 ? asked : usual) {
      process.stdout.write(`\n── ${tier} ──\n`);
      const began = performance.now();
      const tally =
        tier === 'check'
          ? await runChecks()
          : tier === 'programs'
            ? await runPrograms()
            : await runMocha(tier, passedOn, scratch);
      for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) sum[key] += tally[key];
      const took = Math.round((performance.now() - began) / 1000);
      times.push(`  ${tier.padEnd(8)} ${String(took).padStart(4)} s${slowest(tally)}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (sum.passed + sum.failed === 0) process.stdout.write('\nno test ran\n');
  if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
  process.stdout.write(`\nwhere the time went, with the longest files of each tier:\n${times.join('\n')}\n`);
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${skipped}\n`);
}

/** @param {Tally} tally */
function slowest({ files = [] }) {
  const named = files.slice(0, 4).map(({ file, seconds }) => `${path.relative(compiled, file)} ${seconds} s`);
  return named.length === 0 ? '' : `: ${named.join(', ')}`;
}

/** @returns {Promise<Tally>} */
async function runChecks() {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  const runAll = async (/** @type {readonly string[]} */ checks) => {
    for (const check of checks) {
      let said = '';
      const say = (/** @type {string} */ text) => (said += text);
      const ok = (await execute('npm', ['run', '--silent', check], 10, process.env, say)) === undefined;
      process.stdout.write(`${said}  ${ok ? '✔' : '✘'} ${check}\n`);
      tally[ok ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(CHECKS.map(runAll));
  return tally;
}

/** @returns {Promise<Tally>} */
async function runPrograms() {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { script, args, minutes } of PROGRAMS) {
    const wrong = await execute('npm', ['run', '--silent', script, '--', ...args], minutes, process.env);
    process.stdout.write(
      `  ${wrong === undefined ? '✔' : '✘'} ${[script, ...args].join(' ')}${wrong === undefined ? '' : `: ${wrong}`}\n`,
    );
    tally[wrong === undefined ? 'passed' : 'failed'] += 1;
  }
  return tally;
}

/**
 * @param {string} tier
 * @param {string[]} passedOn Arguments for mocha.
 * @param {string} scratch
 * @returns {Promise<Tally>}
 */
async function runMocha(tier, passedOn, scratch) {
  const files = testFiles(tier);
  if (files.length === 0) {
    process.stdout.write('  no tests\n');
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const tallyFile = path.join(scratch, `${tier}.json`);
  const attemptsFile = path.join(scratch, `${tier}.network`);
  const { minutes, jobs } = tier in FOLDERS ? FOLDERS[/** @type {keyof typeof FOLDERS} */ (tier)] : PURE;
  const wrong = await execute(
    process.execPath,
    [
      path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
      ...['--enable-source-maps', '--timeout', '60000', '--exit'],
      ...(jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : []),
      ...['--reporter', path.join(root, 'test', 'support', 'tally-reporter.cjs')],
      ...passedOn,
      ...files,
    ],
    minutes,
    testEnvironment(path.join(scratch, `${tier}-home`), tallyFile, attemptsFile),
  );
  return judge(tier, wrong, tallyFile, attemptsFile);
}

/**
 * @param {string} tier
 * @param {string | undefined} wrong
 * @param {string} tallyFile
 * @param {string} attemptsFile
 * @returns {Tally}
 */
function judge(tier, wrong, tallyFile, attemptsFile) {
  /** @type {Tally} */
  const tally = existsSync(tallyFile)
    ? JSON.parse(readFileSync(tallyFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  // A runner that ended before its end, or that failed without a failing test, is a failure of its own.
  if (!existsSync(tallyFile) || (wrong !== undefined && tally.failed === 0)) {
    process.stdout.write(`  ✘ the runner of ${tier}: ${wrong ?? 'it ended before the tests did'}\n`);
    tally.failed += 1;
  }
  if (existsSync(attemptsFile)) {
    process.stdout.write(`  ✘ ${readFileSync(attemptsFile, 'utf8').trim().replaceAll('\n', '\n    ')}\n`);
    tally.failed += 1;
  }
  return tally;
}

/** @param {string} tier */
function testFiles(tier) {
  const others = Object.entries(FOLDERS);
  const folder = others.find(([name]) => name === tier)?.[1].folder;
  if (!existsSync(compiled)) return [];
  return readdirSync(compiled, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .filter((file) => {
      const top = file.split(path.sep)[0];
      return folder === undefined ? !others.some(([, other]) => other.folder === top) : top === folder;
    })
    .sort((a, b) => Number(isLong(b)) - Number(isLong(a)) || (a < b ? -1 : 1))
    .map((file) => path.join(compiled, file));
}

/** @param {string} file Below dist/test. */
function isLong(file) {
  return LONGEST.includes(file.replace(/\.test\.js$/, ''));
}

/**
 * The tests' own environment: no one's Temporal settings or home, and no way to another machine.
 * @param {string} home
 * @param {string} tallyFile
 * @param {string} attemptsFile
 * @returns {NodeJS.ProcessEnv}
 */
function testEnvironment(home, tallyFile, attemptsFile) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TEMPORAL_') || name === 'TEMPORAL_CLI_PATH',
  );
  const guard = pathToFileURL(path.join(root, 'test', 'support', 'no-network.mjs')).href;
  return {
    ...Object.fromEntries(kept),
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${guard}`.trim(),
    GURUKUL_HOME: home,
    GURUKUL_TALLY: tallyFile,
    GURUKUL_NETWORK_ATTEMPTS: attemptsFile,
  };
}

/**
 * Runs a command in a process group of its own. When it takes too long, the whole group is ended.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {number} minutes
 * @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} [hear] Told what it says; absent: that is shown as it comes.
 * @returns {Promise<string | undefined>} What went wrong.
 */
function execute(file, args, minutes, env, hear) {
  return new Promise((resolve) => {
    let late = false;
    const child = spawn(file, args, {
      cwd: root,
      env,
      stdio: hear === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    if (hear !== undefined)
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
    const end = () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, minutes * 60_000);
    process.once('exit', end);
    const done = (/** @type {string | undefined} */ wrong) => {
      clearTimeout(timer);
      process.off('exit', end);
      resolve(wrong);
    };
    child.on('error', (error) => done(error.message));
    child.on('close', (code, signal) => {
      if (late) done(`it took more than ${minutes} min and was ended`);
      else if (signal !== null) done(`it was ended by ${signal}`);
      else done(code === 0 ? undefined : `it ended with exit code ${code}`);
    });
  });
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

await main(process.argv.slice(2));
