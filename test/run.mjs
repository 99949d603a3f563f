// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Runs the tests: `npm test`, `npm test -- pure workflow`, `npm test -- pure --grep purge`.
 * The last line is the sum: `N passed, N failed`, and `, N skipped` where any was. Tiers of `npm test`, which
 * should take less than 15 minutes. Their files are one queue, so that no core idles while a tier has one file left, and the
 * checks run beside it; what is shown is in the order of the tiers.
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
 *   fleet     servers of objects, which set-up builds or installs for it
 *   alerts    each alert fired by a planted fault on a real Prometheus, and silent again
 *   long      tests that wait for minutes, as for a library that gives up after one
 *   programs  a chaos campaign of 40 random kills, 2,100 attacks, and a run on Node.js 20, 22 and 24 with equal digests, for
 *             which npm fetches the versions that are missing
 *
 * and files and cases that `npm test` leaves out for their length (`LEFT_OUT`, `casesOf`): each has shorter tests of the same
 * code beside it. `npm test -- chaos` runs all files of the tier.
 *
 * Benchmarks are in neither: how long something takes says nothing on a machine that runs tests beside it.
 */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const compiled = path.join(root, 'dist', 'test');

/**
 * `files`: the longest first, each with the seconds of its tests and hooks.
 *
 * @typedef {{ file: string, seconds: number, passed: number, failed: number, skipped: number }} FileTally
 * @typedef {{ passed: number, failed: number, skipped: number, files?: FileTally[] }} Tally
 */

/**
 * Folders of the tiers that mocha runs; `pure` is what is in none. In the order of the queue: first what waits for
 * servers, timers and programs, last the many short files, which keep all jobs at work until the end. `minutes`: the
 * longest that each may take.
 */
const FOLDERS = /** @type {const} */ ({
  workflow: { folder: 'workflows', minutes: 15 },
  docs: { folder: 'docs', minutes: 15 },
  chaos: { folder: 'chaos', minutes: 15 },
  browser: { folder: 'browser', minutes: 15 },
  pure: { folder: undefined, minutes: 20 },
  fleet: { folder: 'fleet', minutes: 30 },
  alerts: { folder: 'alerts', minutes: 15 },
  long: { folder: 'long', minutes: 30 },
});
/**
 * Files that run at once, each with servers, homes and ports of its own: three on two cores, since many wait as long as
 * they compute.
 */
const JOBS = 3;
/** Each is a test of the tier `programs`: a script of package.json, its arguments, and the longest it may take. */
const PROGRAMS = [
  { script: 'chaos', args: ['--kills', '40'], minutes: 30 },
  { script: 'attack', args: ['--seed', '1'], minutes: 30 },
  { script: 'smoke:node', args: [], minutes: 30 },
];
/** Tiers of `npm run test:full` alone. */
const FULL_ONLY = ['fleet', 'alerts', 'long', 'programs'];
/** The first of their tiers, the longest first. */
const LONGEST = [
  ...[
    'workflows/incremental-run',
    'workflows/event-budgets',
    'workflows/intraday-run',
    'workflows/any-outcome',
  ],
  ...['workflows/pipeline', 'docs/run-pages', 'chaos/planted-faults', 'chaos/kill-anything'],
  ...['chaos/kill-gpu-worker', 'browser/dashboard', 'client/cli/on-a-server', 'client/cli/operate-runs'],
  ...['attack/attack', 'activities/audit/diff/real-runs', 'fuzz/fuzz-bars', 'activities/promote/release'],
];
/** Files that `npm test` leaves out: two minutes and more each, beside two other jobs. */
const LEFT_OUT = [
  ...['workflows/incremental-run', 'workflows/nightly-loop', 'browser/web-ui', 'attack/attack'],
  ...['chaos/planted-faults', 'chaos/kill-release-worker', 'chaos/kill-gpu-worker'],
  'activities/audit/diff/real-runs',
];
const CHECKS = ['check:lint', 'check:format', 'check:unused', 'check:imports'];
/** Of the checks, in the sense of `nice`: they run beside tests, some of which watch a clock. */
const CHECK_PRIORITY = 5;
const TIERS = ['check', ...Object.keys(FOLDERS), 'programs'];
const FULL = '--full';

/** @param {string[]} args */
async function main(args) {
  const asked = args.filter((arg) => TIERS.includes(arg));
  const passedOn = args.filter((arg) => !TIERS.includes(arg) && arg !== FULL);
  const usual = args.includes(FULL) ? TIERS : TIERS.filter((tier) => !FULL_ONLY.includes(tier));
  const tiers = TIERS.filter((tier) => (asked.length > 0 ? asked : usual).includes(tier));
  const began = performance.now();
  const scratch = mkdtempSync(path.join(tmpdir(), 'gurukul-test-'));
  /** @type {Tally} */
  const sum = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const times = [];
  const add = (/** @type {Tally} */ tally) => {
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) sum[key] += tally[key];
  };
  try {
    const leftOut = args.includes(FULL) || asked.length > 0 ? [] : LEFT_OUT;
    const queue = tiers.filter((tier) => tier in FOLDERS && !FULL_ONLY.includes(tier));
    const checks = tiers.includes('check') ? runChecks() : undefined;
    if (queue.length > 0) add(await runMocha(queue, passedOn, scratch, times, leftOut));
    if (checks !== undefined) {
      const { tally, said, seconds } = await checks;
      process.stdout.write(`\n── check ──\n${said}`);
      times.unshift(`  ${'check'.padEnd(8)} ${String(seconds).padStart(4)} s, beside the others`);
      add(tally);
    }
    // One after another: they are of `npm run test:full` alone, and need a quiet machine.
    for (const tier of tiers.filter((name) => FULL_ONLY.includes(name)))
      add(tier === 'programs' ? await runPrograms(times) : await runMocha([tier], passedOn, scratch, times));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (sum.passed + sum.failed === 0) process.stdout.write('\nno test ran\n');
  if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
  process.stdout.write(
    `\nwhere the time of ${secondsSince(began)} s went, with the longest files of each tier:\n${times.join('\n')}\n`,
  );
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${skipped}\n`);
}

/** @param {number} began */
const secondsSince = (began) => Math.round((performance.now() - began) / 1000);

/**
 * The seconds of all files of a tier, of which several run at once, and its longest files.
 * @param {string} tier
 * @param {readonly FileTally[]} files
 */
function timesOf(tier, files) {
  const seconds = files.reduce((sum, file) => sum + file.seconds, 0);
  const passed = files.reduce((sum, file) => sum + file.passed, 0);
  const named = files.slice(0, 4).map((one) => `${path.relative(compiled, one.file)} ${one.seconds} s`);
  return `  ${tier.padEnd(8)} ${String(seconds).padStart(4)} s in ${passed} tests: ${named.join(', ')}`;
}

/** One after another, beside the tests. */
async function runChecks() {
  const began = performance.now();
  /** @type {Tally} */
  const tally = { passed: 0, failed: 0, skipped: 0 };
  let said = '';
  for (const check of CHECKS) {
    const wrong = await execute('npm', ['run', '--silent', check], {
      minutes: 20,
      env: process.env,
      priority: CHECK_PRIORITY,
      hear: (text) => (said += text),
    });
    said += `  ${wrong === undefined ? '✔' : '✘'} ${check}\n`;
    tally[wrong === undefined ? 'passed' : 'failed'] += 1;
  }
  return { tally, said, seconds: secondsSince(began) };
}

/**
 * @param {string[]} times Given a line.
 * @returns {Promise<Tally>}
 */
async function runPrograms(times) {
  process.stdout.write('\n── programs ──\n');
  const began = performance.now();
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { script, args, minutes } of PROGRAMS) {
    const wrong = await execute('npm', ['run', '--silent', script, '--', ...args], {
      ...{ minutes, env: process.env },
    });
    process.stdout.write(
      `  ${wrong === undefined ? '✔' : '✘'} ${[script, ...args].join(' ')}${wrong === undefined ? '' : `: ${wrong}`}\n`,
    );
    tally[wrong === undefined ? 'passed' : 'failed'] += 1;
  }
  times.push(`  ${'programs'.padEnd(8)} ${String(secondsSince(began)).padStart(4)} s`);
  return tally;
}

/**
 * @param {readonly string[]} tiers Whose files are run as one queue.
 * @param {string[]} passedOn Arguments for mocha.
 * @param {string} scratch
 * @param {string[]} times Given a line for each tier.
 * @param {readonly string[]} [leftOut] Files that are not run.
 * @returns {Promise<Tally>}
 */
async function runMocha(tiers, passedOn, scratch, times, leftOut = []) {
  const name = tiers.join('-');
  const plan = tiers.map((tier) => ({ tier, files: testFiles(tier, leftOut) }));
  const files = plan.flatMap((one) => one.files);
  if (files.length === 0) {
    process.stdout.write('  no tests\n');
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const tallyFile = path.join(scratch, `${name}.json`);
  const attemptsFile = path.join(scratch, `${name}.network`);
  const minutes = tiers.reduce((sum, tier) => sum + folderOf(tier).minutes, 0);
  const wrong = await execute(
    process.execPath,
    [
      path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
      ...['--enable-source-maps', '--timeout', '180000', '--exit'],
      ...(files.length > 1 ? ['--parallel', '--jobs', String(JOBS)] : []),
      ...['--reporter', path.join(root, 'test', 'support', 'tally-reporter.cjs')],
      ...passedOn,
      ...files,
    ],
    { minutes, env: testEnvironment(path.join(scratch, `${name}-home`), tallyFile, attemptsFile, plan) },
  );
  const tally = judge(tiers.join(', '), wrong, tallyFile, attemptsFile);
  for (const { tier, files: own } of plan)
    times.push(
      timesOf(
        tier,
        (tally.files ?? []).filter(({ file }) => own.includes(file)),
      ),
    );
  return tally;
}

/** @param {string} tier */
const folderOf = (tier) => FOLDERS[/** @type {keyof typeof FOLDERS} */ (tier)];

/**
 * @param {string} tiers
 * @param {string | undefined} wrong
 * @param {string} tallyFile
 * @param {string} attemptsFile
 * @returns {Tally}
 */
function judge(tiers, wrong, tallyFile, attemptsFile) {
  /** @type {Tally} */
  const tally = existsSync(tallyFile)
    ? JSON.parse(readFileSync(tallyFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  // A runner that ended before its end, or that failed without a failing test, is a failure of its own.
  if (!existsSync(tallyFile) || (wrong !== undefined && tally.failed === 0)) {
    process.stdout.write(`  ✘ the runner of ${tiers}: ${wrong ?? 'it ended before the tests did'}\n`);
    tally.failed += 1;
  }
  if (existsSync(attemptsFile)) {
    process.stdout.write(`  ✘ ${readFileSync(attemptsFile, 'utf8').trim().replaceAll('\n', '\n    ')}\n`);
    tally.failed += 1;
  }
  return tally;
}

/**
 * @param {string} tier
 * @param {readonly string[]} leftOut
 */
function testFiles(tier, leftOut) {
  const { folder } = folderOf(tier);
  const folders = Object.values(FOLDERS).map((other) => other.folder);
  if (!existsSync(compiled)) return [];
  return readdirSync(compiled, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .filter((file) => !leftOut.includes(nameOf(file)))
    .filter((file) => folder === folders.find((other) => other === file.split(path.sep)[0]))
    .sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))
    .map((file) => path.join(compiled, file));
}

/** @param {string} file Below dist/test. */
const nameOf = (file) =>
  file
    .replace(/\.test\.js$/, '')
    .split(path.sep)
    .join('/');

/** @param {string} file Below dist/test. */
function placeOf(file) {
  const place = LONGEST.indexOf(nameOf(file));
  return place === -1 ? LONGEST.length : place;
}

/**
 * The tests' own environment: no one's Temporal settings, store or home, and no way to another machine.
 * @param {string} home
 * @param {string} tallyFile
 * @param {string} attemptsFile
 * @param {readonly { tier: string, files: readonly string[] }[]} plan What the reporter shows together.
 * @returns {NodeJS.ProcessEnv}
 */
function testEnvironment(home, tallyFile, attemptsFile, plan) {
  const planFile = `${tallyFile}.plan`;
  writeFileSync(planFile, JSON.stringify(plan));
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TEMPORAL_|AWS_|SQL_|GURUKUL_STORE)/.test(name) || name === 'TEMPORAL_CLI_PATH',
  );
  const guard = pathToFileURL(path.join(root, 'test', 'support', 'no-network.mjs')).href;
  return {
    ...Object.fromEntries(kept),
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${guard}`.trim(),
    GURUKUL_HOME: home,
    GURUKUL_TALLY: tallyFile,
    GURUKUL_TEST_PLAN: planFile,
    GURUKUL_NETWORK_ATTEMPTS: attemptsFile,
    ...(process.argv.includes(FULL) ? { GURUKUL_FULL_TESTS: '1' } : {}),
  };
}

/**
 * Runs a command in a process group of its own. When it takes too long, the whole group is ended.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ minutes: number, env: NodeJS.ProcessEnv, priority?: number, hear?: (text: string) => void }} how `hear` is
 *   told what it says; absent: that is shown as it comes.
 * @returns {Promise<string | undefined>} What went wrong.
 */
function execute(file, args, { minutes, env, priority, hear }) {
  return new Promise((resolve) => {
    let late = false;
    const child = spawn(file, args, {
      cwd: root,
      env,
      stdio: hear === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // Whatever it starts has the same.
    if (priority !== undefined && child.pid !== undefined) setPriority(child.pid, priority);
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
