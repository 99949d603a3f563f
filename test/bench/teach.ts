import path from 'node:path';

import type { Arm } from '../../activities/market/feature-table.js';
import type { Home } from '../../data/store/home.js';
import { teachArguments } from './arguments.js';
import { kernelShare } from './kernel-share.js';
import { TILES, madeUpRun, writeUniverse } from './made-up-universe.js';
import { benchmark, say } from './program.js';
import { peerPython } from './python.js';
import type { SettledRun } from './settled-run.js';
import { settleRun } from './settled-run.js';
import type { TaughtRun } from './taught-run.js';
import { teachRun } from './taught-run.js';
import { middleRun, teachFigures } from './teach-figures.js';
import { teachReport } from './teach-report.js';
import type { PeerSpeed, PeerWindow } from './window-peers.js';
import { inProcess, peerWindows, processPerWindow } from './window-peers.js';

/*
 * How many windows a minute the step teach trains, beside the peers, all in one run on this machine:
 * 96 made-up symbols × 7 windows of 180 days on stored daily bars, ingested before anything is measured.
 * What takes seconds is measured several times, in turn with what it is compared with: the machine may be
 * a third slower from one minute to the next.
 */

const SYMBOLS = 96;
/** Symbols for about 100, 2,100 and 10,000 windows. */
const OTHER_SIZES = [15, 300, 1429];
const ROUNDS = 3;
const QUICK_SYMBOLS = 24;
/** Of the run that the trainers, and the peer in one program, have behind them when they are measured. */
const SYMBOLS_BEFORE = 24;
const QUICK_SIZES = [15, 48];
/** Windows that the slow peer is sampled on, by the number of processes at once. */
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

  say(`storing bars of ${symbols} made-up symbols (not measured) …`);
  const windows = await peerWindows(home, await storedRun(home, 'main', symbols));
  const windowsBefore = await peerWindows(home, await runBefore(home, 'peers'));

  say('LightGBM, one Python process a window …');
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
    say(`LightGBM, all windows in one program (${round}) …`);
    one.push(await inProcess(python, windows, windowsBefore, 1, scratch(home)));
    two.push(await inProcess(python, windows, windowsBefore, 2, scratch(home)));
    say(`the step teach, real bars alone (${round}) …`);
    own.push(await taughtAfter(home, `main-${round}`, symbols, ['real']));
    say(`the step teach as the first thing that its trainers do (${round}) …`);
    fresh.push(await teachRun(home, await storedRun(home, `first-${round}`, symbols), ['real']));
  }
  const [ours, first] = [middleRun(own), middleRun(fresh)];
  const together = [middleRun(one), middleRun(two)];
  say('the step teach, with its placebo …');
  const both = await taughtAfter(home, 'both', symbols, ['real', 'placebo']);
  say('the step teach, its kernels timed …');
  const kernels = await kernelShare(home, await storedRun(home, 'kernels', symbols));

  const sizes: TaughtRun[] = [ours];
  for (const size of quick ? QUICK_SIZES : OTHER_SIZES) {
    say(`the step teach on ${size * TILES} windows of ${size} symbols …`);
    sizes.push(await taughtAfter(home, `of-${size}`, size, ['real']));
  }
  sizes.sort((a, b) => a.windows - b.windows);
  const results = { ours, first, both, sizes, subprocess, together, kernels };
  const figures = teachFigures(results);
  for (const line of teachReport(results, figures)) say(line);
  return { json, figures };
});

/** A run on trainers that have taught another one before. */
async function taughtAfter(
  home: Home,
  runId: string,
  symbols: number,
  arms: readonly Arm[],
): Promise<TaughtRun> {
  const before = await runBefore(home, runId);
  return teachRun(home, await storedRun(home, runId, symbols), arms, { before });
}

/** The run that programs have behind them when they are measured; each has its own, for none is taught twice. */
async function runBefore(home: Home, runId: string): Promise<SettledRun> {
  return storedRun(home, `before-${runId}`, SYMBOLS_BEFORE, 'PAST');
}

async function storedRun(home: Home, runId: string, symbols: number, prefix?: string): Promise<SettledRun> {
  const universe = path.join(home.root, `universe-${runId}.json`);
  await writeUniverse(universe, symbols, prefix);
  return settleRun(home, runId, madeUpRun(universe));
}

/** So many windows, evenly spread over all. */
function spread(windows: readonly PeerWindow[], count: number): PeerWindow[] {
  return Array.from({ length: count }, (_, i) => windows[Math.floor((i * windows.length) / count)]).filter(
    (window) => window !== undefined,
  );
}

function scratch(home: Home): string {
  return path.join(home.root, 'peer-models');
}
