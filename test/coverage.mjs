// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run coverage`: how much of the program each tier of tests runs, in per cent, those processes included
 * that a test starts and that end by themselves (a killed one writes nothing). Reported, and no gate.
 * `npm run coverage -- pure workflow` measures these tiers alone.
 */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const TIERS = ['pure', 'workflow', 'chaos', 'browser'];
const FOLDERS = ['activities', 'client', 'data', 'scripts', 'temporal-config', 'workers', 'workflows'];
const FIGURES = /** @type {const} */ (['lines', 'branches', 'functions']);

/** @typedef {Record<typeof FIGURES[number], { pct: number }>} Figures */

/**
 * @param {string} tier
 * @returns {Figures | undefined} Undefined where nothing ran.
 */
function measure(tier) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gurukul-coverage-'));
  const raw = path.join(folder, 'raw');
  try {
    spawnSync(process.execPath, [path.join(root, 'test', 'run.mjs'), tier], {
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: raw },
      stdio: 'inherit',
    });
    if (!existsSync(raw)) return undefined;
    const report = spawnSync(
      process.execPath,
      [
        path.join(root, 'node_modules', 'c8', 'bin', 'c8.js'),
        ...['report', '--all', '--exclude-after-remap', '--temp-directory', raw],
        ...FOLDERS.flatMap((name) => ['--src', path.join(root, name), '--include', `${name}/**`]),
        ...['--exclude', 'test/**', '--exclude', '**/*.d.ts'],
        ...['--reporter', 'json-summary', '--reports-dir', folder],
      ],
      { cwd: root, encoding: 'utf8' },
    );
    if (report.status !== 0) throw new Error(`c8 cannot report on ${tier}:\n${report.stderr}`);
    return JSON.parse(readFileSync(path.join(folder, 'coverage-summary.json'), 'utf8')).total;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((tier) => !TIERS.includes(tier));
if (unknown.length > 0) {
  process.stderr.write(`coverage: ${unknown.join(', ')}: the tiers are ${TIERS.join(', ')}\n`);
  process.exit(2);
}
const measured = (asked.length > 0 ? asked : TIERS).map((tier) => ({ tier, figures: measure(tier) }));
process.stdout.write(`\n${'tier'.padEnd(10)}${FIGURES.map((name) => name.padStart(11)).join('')}\n`);
for (const { tier, figures } of measured) {
  const cells = FIGURES.map((name) =>
    (figures === undefined ? 'n/a' : `${figures[name].pct} %`).padStart(11),
  );
  process.stdout.write(`${tier.padEnd(10)}${cells.join('')}\n`);
}
