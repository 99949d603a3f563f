import path from 'node:path';

import type { Arm } from '../../activities/market/feature-table.js';
import type { Home } from '../../data/store/home.js';
import { teachArguments } from './arguments.js';
import { kernelShare } from './kernel-share.js';
import { TILES, syntheticRun, writeUniverse } from './synthetic-universe.js';
import { benchmark, print } from './program.js';
import { peerPython } from './python.js';
import type { SettledRun } from './settled-run.js';
import { settleRun } from './settled-run.js';
import type { TaughtRun } from './taught-run.js';
import { teachRun } from './taught-run.js';
import { medianRun, teachFigures } from './teach-figures.js';
import { teachReport } from './teach-report.js';
import type { PeerSpeed, PeerWindow } from './window-peers.js';
import { inProcess, peerWindows, processPerWindow } from './window-peers.js';

/*
 * How many windows per minute the step teach trains, compared with the peers on this machine: 96 synthetic symbols ×
 * 7 windows of 180 days on stored daily bars, ingested before anything is measured. Short measurements are repeated,
 * in turn with what they are compared with, since the machine's speed may vary by a third within minutes.
 */

const SYMBOLS = 96;
/** Symbols for about 100, 2,100 and 10,000 windows. */
const OTHER_SIZES = [15, 300, 1429];
const ROUNDS = 3;
const QUICK_SYMBOLS = 24;
/** Symbols of the run that warms up the trainers and the peer program. */
const SYMBOLS_BEFORE = 24;
const QUICK_SIZES = [15, 48];
/** Number of windows for the slow peer, by the number of processes at once. */
const SAMPLES = [
  { processes: 1, windows: 8 },
  { processes: 2, windows: 16 },
];
const QUICK_SAMPLES = [
  { processes: 1, windows: 2 },
  { processes: 2, windows: 4 },
];

await benchmark(async (home) => {
  const { json, quick } = teachArguments(process.argv.slice(2));
  const python = await peerPython();
  const symbols = quick ? QUICK_SYMBOLS : SYMBOLS;

  print(`storing bars of ${symbols} synthetic symbols (not measured) …`);
  const windows = await peerWindows(home, await storedRun(home, 'main', symbols));
  const windowsBefore = await peerWindows(home, await runBefore(home, 'peers'));

  print('LightGBM, one Python process per window …');
  const subprocess: PeerSpeed[] = [];
  for (const sample of quick ? QUICK_SAMPLES : SAMPLES)
    subprocess.push(
      await processPerWindow(python, spread(windows, sample.windows), sample.processes, scratch(home)),
    );
  const one: PeerSpeed[] = [];
  const two: PeerSpeed[] = [];
  const own: TaughtRun[] = [];
  const fresh: TaughtRun[] = [];
  for (let round = 1; round <= (quick ? 1 : ROUNDS); round += 1) {
    print(`LightGBM, all windows in one program (${round}) …`);
    one.push(await inProcess(python, windows, windowsBefore, 1, scratch(home)));
    two.push(await inProcess(python, windows, windowsBefore, 2, scratch(home)));
    print(`the step teach, real arm alone (${round}) …`);
    own.push(await taughtAfter(home, `main-${round}`, symbols, ['real']));
    print(`the step teach on cold trainers (${round}) …`);
    fresh.push(await teachRun(home, await storedRun(home, `first-${round}`, symbols), ['real']));
  }
  const [ours, first] = [medianRun(own), medianRun(fresh)];
  const together = [medianRun(one), medianRun(two)];
  print('the step teach with its placebo …');
  const both = await taughtAfter(home, 'both', symbols, ['real', 'placebo']);
  print('the step teach with timed kernels …');
  const kernels = await kernelShare(home, await storedRun(home, 'kernels', symbols));

  const sizes: TaughtRun[] = [ours];
  for (const size of quick ? QUICK_SIZES : OTHER_SIZES) {
    print(`the step teach on ${size * TILES} windows of ${size} symbols …`);
    sizes.push(await taughtAfter(home, `of-${size}`, size, ['real']));
  }
  sizes.sort((a, b) => a.windows - b.windows);
  const results = { ours, first, both, sizes, subprocess, together, kernels };
  const figures = teachFigures(results);
  for (const line of teachReport(results, figures)) print(line);
  return { json, figures };
});

/** A run on warm trainers, which have trained another run before. */
async function taughtAfter(
  home: Home,
  runId: string,
  symbols: number,
  arms: readonly Arm[],
): Promise<TaughtRun> {
  const before = await runBefore(home, runId);
  return teachRun(home, await storedRun(home, runId, symbols), arms, { before });
}

/** A run to warm up; each measurement has its own, since no run is trained twice. */
async function runBefore(home: Home, runId: string): Promise<SettledRun> {
  return storedRun(home, `before-${runId}`, SYMBOLS_BEFORE, 'PAST');
}

async function storedRun(home: Home, runId: string, symbols: number, prefix?: string): Promise<SettledRun> {
  const universe = path.join(home.root, `universe-${runId}.json`);
  await writeUniverse(universe, symbols, prefix);
  return settleRun(home, runId, syntheticRun(universe));
}

/** A number of windows at equal steps. */
function spread(windows: readonly PeerWindow[], count: number): PeerWindow[] {
  return Array.from({ length: count }, (_, i) => windows[Math.floor((i * windows.length) / count)]).filter(
    (window) => window !== undefined,
  );
}

function scratch(home: Home): string {
  return path.join(home.root, 'peer-models');
}
